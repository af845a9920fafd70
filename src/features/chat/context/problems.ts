import * as vscode from "vscode";
import { shortened } from "../../../core/contextLimits.ts";
import { lastEditor } from "../../../host/editors.ts";
import { t } from "../../../host/l10n.ts";
import { notify } from "../../../host/notify.ts";
import { fileName } from "../../../host/pickFile.ts";
import { pickOne, type PickEntry } from "../../../host/quickPick.ts";
import { shownPath } from "../../../host/workspaceFiles.ts";
import { attachmentOf, type Content, type DraftItem } from "./draftItem.ts";
import { ignoredBy, IgnoreFiles } from "./ignored.ts";
import type { Offer, Source } from "./source.ts";

type Found = readonly (readonly [vscode.Uri, readonly vscode.Diagnostic[]])[];

/** What VS Code lists under Problems: of the file in front, or of all. */
export function problemSource(): Source {
  return {
    icon: "warning",
    label: t("Problems…"),
    isThere: () => countOf(all()) > 0,
    prefix: "problems:",
    async find(words) {
      return scopes().filter(({ label }) => label.toLowerCase().includes(words.toLowerCase()));
    },
    async read() {
      const found = scopes();
      const entries = found.map((scope): PickEntry<Offer> => ({
        label: scope.label,
        icon: scope.icon,
        ...descriptionOf(scope),
        value: scope,
      }));
      const chosen = found.length > 1 ? await pickOne(entries, t("Choose problems to attach")) : found[0];
      return chosen ? chosen.read() : [];
    },
  };
}

/** Those of the file in front; empty when it has none. */
export async function fileProblems(): Promise<readonly DraftItem[]> {
  return (await ofFile()[0]?.read()) ?? [];
}

function ofFile(): readonly Offer[] {
  const file = lastEditor()?.document.uri;
  if (!file || countOf(all(file)) === 0) return [];
  return [offer(t("Problems of {0}", fileName(file)), `problems:${file.toString()}`, () => all(file))];
}

/** Those of the file in front, and all of them. */
function scopes(): readonly Offer[] {
  const everywhere = all();
  return [...ofFile(), ...(countOf(everywhere) > 0 ? [offer(t("All problems"), "problems", () => all())] : [])];
}

function descriptionOf({ detail }: Offer): { readonly description?: string } {
  return detail === undefined ? {} : { description: detail };
}

function offer(label: string, key: string, find: () => Found): Offer {
  return { icon: "warning", label, detail: countWords(find()), read: () => items(label, key, find) };
}

async function items(label: string, key: string, find: () => Found): Promise<readonly DraftItem[]> {
  const read = async (): Promise<Content> => {
    const files = new IgnoreFiles();
    const allowed = await Promise.all(
      find().map(async (entry) => ((await ignoredBy(entry[0], "file", files)) === "glm" ? undefined : entry)),
    );
    const found = allowed.filter((entry) => entry !== undefined);
    const { text } = shortened(found.flatMap(([uri, list]) => list.map((item) => lineOf(uri, item))).join("\n"));
    return { kind: "problem", label, detail: countWords(found), language: "", text };
  };
  const content = await read();
  if (content.text === "") {
    void notify("information", t("There are no problems to attach."));
    return [];
  }
  return [{ key: () => key, attachment: attachmentOf(content), reread: read }];
}

/** Hints are what editors grey out, not what is wrong. */
function all(file?: vscode.Uri): Found {
  const found: Found = file
    ? [[file, vscode.languages.getDiagnostics(file)]]
    : vscode.languages.getDiagnostics().map(([uri, list]) => [uri, list]);
  return found.map(([uri, list]) => [uri, list.filter(({ severity }) => severity !== vscode.DiagnosticSeverity.Hint)]);
}

function countWords(found: Found): string {
  const count = countOf(found);
  return count === 1 ? t("1 problem") : t("{0} problems", count);
}

function countOf(found: Found): number {
  return found.reduce((sum, [, list]) => sum + list.length, 0);
}

/** `src/a.ts:3:7 error ts 2304: …`, as compilers write it. */
function lineOf(uri: vscode.Uri, { range, severity, source, code, message }: vscode.Diagnostic): string {
  const number = typeof code === "object" ? code.value : code;
  const origin = [source, number].filter((part) => part !== undefined && part !== "").join(" ");
  const word = vscode.DiagnosticSeverity[severity].toLowerCase();
  const place = `${shownPath(uri)}:${range.start.line + 1}:${range.start.character + 1}`;
  return `${place} ${[word, origin].filter(Boolean).join(" ")}: ${message}`;
}
