import type { ChatRequest, FinishReason } from "../../api/chat/chatTypes.ts";
import type { WaitEvent } from "../../api/client.ts";
import { surroundings } from "../../core/codeContext.ts";
import { extractCode, fitReplacement, overlay } from "../../core/editsAnswer.ts";
import { noReply, withPart } from "../../core/editsReply.ts";
import { fixMessages } from "../../core/prompts.ts";
import type { Connection } from "../../core/services.ts";
import { countdown } from "../../core/waiting.ts";
import { t } from "../../host/l10n.ts";
import { plainText } from "../../host/plainText.ts";
import type { Task } from "../../host/progress.ts";
import { untilAborted } from "../../host/untilAborted.ts";
import type { Review } from "./reviews.ts";
import { nameOf, pathOf, type CodeTarget } from "./target.ts";

/** How a request for a fix ended, apart from errors, which are thrown. */
export type FixResult =
  | { readonly kind: "ready" | "unchanged" | "cancelled" }
  | { readonly kind: "cut" | "no-code"; readonly reason: FinishReason; readonly answer: string };

/** A diff editor needs no more than this; each update makes it compare both sides again. */
const updateMs = 100;

/** Streams a fix into the review's diff, which opens with the first line of code. */
export async function streamFix(connection: Connection, review: Review, task: Task): Promise<FixResult> {
  const { target } = review;
  const signal = AbortSignal.any([task.signal, review.signal]);
  const asked = await connection.modelFor("edit", { signal });
  const nameOfModel = (id: string) => plainText(connection.catalog.modelInfo(id).label, 60);
  const request: ChatRequest = { ...connection.tuning, model: asked, messages: fixMessages(questionFor(target)) };
  const code = target.before.slice(target.lines.start, target.lines.end);
  const waiting = t("Waiting for {0}…", nameOfModel(asked));
  const onWait = (event: WaitEvent) => task.report(countdown(event, waiting, t));

  let reply = noReply;
  let shownAt = 0;
  let shownLines = 0;
  let opening: Promise<void> | undefined;
  const openOnce = () => {
    review.title = t("{0}: fix by {1}", nameOf(target.document), nameOfModel(reply.model || asked));
    return (opening ??= review.open());
  };
  const showProgress = () => {
    if (Date.now() - shownAt < updateMs) return;
    const found = extractCode(reply.text, false);
    if (found.state === "none" || found.lines.length === shownLines) return;
    shownAt = Date.now();
    shownLines = found.lines.length;
    review.show(overlay(found.lines, code));
    // A failure to open is met again at the end, where it is awaited.
    openOnce().catch(() => undefined);
  };

  task.report(waiting);
  try {
    for await (const part of connection.client.chat(request, { signal, onWait })) {
      if (signal.aborted) break;
      reply = withPart(reply, part);
      if (reply.doing) task.report(reply.doing === "thinking" ? t("Thinking…") : t("Writing…"));
      showProgress();
    }
  } catch (error) {
    // Whether something readable is left is only known once the diff is there.
    const opened = opening?.catch(() => undefined);
    await untilAborted(opened, signal);
    if (!signal.aborted) throw error;
  }
  if (signal.aborted) return { kind: "cancelled" };

  const { text: answer, reason } = reply;
  const found = extractCode(answer, true);
  if (reason !== "stop" || found.state === "open") return { kind: "cut", reason: reason ?? "other", answer };
  if (found.state === "none") return { kind: "no-code", reason, answer };
  const around = surroundings(target.before, target.lines, Infinity, Infinity);
  const replacement = fitReplacement(found.lines, code, around.before, around.after);
  if (replacement.length === code.length && replacement.every((line, at) => line === code[at])) {
    return { kind: "unchanged" };
  }
  review.show(replacement);
  // Some versions of VS Code never finish opening a diff that is closed meanwhile.
  await untilAborted(openOnce(), signal);
  await review.settled();
  if (signal.aborted) return { kind: "cancelled" };
  review.replacement = replacement;
  return { kind: "ready" };
}

function questionFor(target: CodeTarget) {
  const { document, before, lines, problems } = target;
  return {
    path: pathOf(document),
    languageId: document.languageId,
    target: lines,
    code: before.slice(lines.start, lines.end),
    problems,
    ...surroundings(before, lines),
  };
}
