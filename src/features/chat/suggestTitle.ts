import type { Connection, Connections, Problems } from "../../core/services.ts";
import { suggestedTitle } from "../../core/conversationTitle.ts";
import { countdown } from "../../core/waiting.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { withProgress, type Task } from "../../host/progress.ts";
import type { ChatSession } from "./session.ts";

interface Deps {
  readonly connections: Pick<Connections, "open">;
  readonly problems: Problems;
}

/**
 * A title needs some thirty tokens. More are allowed, because a server that cannot be told not to think starts with that; and
 * whatever comes is cut to a line.
 */
const maxTokens = 1024;

/** Asks the background model what the conversation should be called. Nothing is sent for an empty one. */
export async function suggestTitle(session: ChatSession, { connections, problems }: Deps): Promise<void> {
  if (session.isEmpty) {
    await notify("information", t("There is nothing to name yet. Ask a question in the chat first."));
    return;
  }
  const connection = await connections.open("chat");
  if (!connection) return;
  const again = () => suggestTitle(session, { connections, problems });
  const outcome = await withProgress(t("Finding a title"), (task) => ask(session, connection, task));
  if (outcome === "cancelled") return;
  if ("error" in outcome) return problems.show(outcome.error, again, connection.client.endpoint);
  if (outcome.title !== undefined) return session.rename(outcome.title);
  await notify("warning", t("The model suggested no title."), [{ label: problems.actionLabel("retry"), run: again }]);
}

type Outcome = "cancelled" | { readonly title: string | undefined } | { readonly error: unknown };

async function ask(session: ChatSession, connection: Connection, task: Task): Promise<Outcome> {
  const { client, catalog } = connection;
  const { signal } = task;
  try {
    const model = await connection.modelFor("background", { signal });
    const waiting = t("Waiting for {0}…", catalog.modelInfo(model).label);
    task.report(waiting);
    const { text } = await client.complete(
      { model, messages: session.titleMessages(), effort: "off", maxTokens },
      { signal, priority: "background", onWait: (event) => task.report(countdown(event, waiting, t)) },
    );
    return signal.aborted ? "cancelled" : { title: suggestedTitle(text) };
  } catch (error) {
    return signal.aborted ? "cancelled" : { error };
  }
}
