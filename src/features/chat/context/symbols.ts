import * as vscode from "vscode";
import { bestMatches } from "../../../core/contextFuzzy.ts";
import { lastEditor } from "../../../host/editors.ts";
import { t } from "../../../host/l10n.ts";
import { notify } from "../../../host/notify.ts";
import { fileName } from "../../../host/pickFile.ts";
import { pickOne } from "../../../host/quickPick.ts";
import { documentSymbols, workspaceSymbols, type OutlineSymbol } from "../../../host/symbols.ts";
import { shownPath } from "../../../host/workspaceFiles.ts";
import type { DraftItem } from "./draftItem.ts";
import { ignoredBy, IgnoreFiles } from "./ignored.ts";
import { rangeItems } from "./selection.ts";
import type { Offer, Source } from "./source.ts";

/** A symbol and the lines of its file, 0-based, `end` exclusive. */
interface Place {
  readonly name: string;
  /** Path of the file, as the workspace shows it. */
  readonly where: string;
  readonly uri: vscode.Uri;
  readonly lines: { readonly start: number; readonly end: number };
}

/** Functions, types and other names: those of the file in front, then those that language servers know of all files. */
export function symbolSource(): Source {
  return {
    icon: "symbol-method",
    label: t("Symbol…"),
    isThere: () => lastEditor() !== undefined,
    prefix: "symbol:",
    async find(words, signal) {
      const [here = [], everywhere] = await Promise.all([symbolsOfOpenFile(words), words === "" ? [] : known(words)]);
      if (signal.aborted) return [];
      const keys = new Set(here.map(({ name, uri }) => `${name} ${uri.toString()}`));
      const others = everywhere.filter(({ name, uri }) => !keys.has(`${name} ${uri.toString()}`));
      return [...here, ...others].slice(0, 50).map(offer);
    },
    async read() {
      const symbols = (await symbolsOfOpenFile("")) ?? [];
      if (symbols.length === 0) {
        void notify(
          "information",
          t("No symbols are known of the open file. Type @symbol: and a name to look in all files."),
        );
        return [];
      }
      const entries = symbols.map((place) => ({
        label: place.name,
        icon: "symbol-method",
        description: `${place.where}:${place.lines.start + 1}`,
        value: place,
      }));
      const chosen = await pickOne(entries, t("Choose a symbol to attach"));
      return chosen ? itemsOf(chosen) : [];
    },
  };
}

/** Those that fit, best first; in the order of the file without a word. Undefined where it takes longer than `patienceMs`. */
export async function symbolsOfOpenFile(words: string, patienceMs?: number): Promise<readonly Place[] | undefined> {
  const document = lastEditor()?.document;
  if (!document) return [];
  const { uri } = document;
  const outline = await documentSymbols(uri, patienceMs);
  if (!outline) return undefined;
  const symbols = flat(outline);
  const where = shownPath(uri);
  // By the name alone: the path of a file is no reason to offer all of its symbols.
  const places = symbols.map(({ name, lines }) => ({ name, path: name, where, uri, lines }));
  return bestMatches(places, words, 200);
}

export function offer(place: Place): Offer {
  return {
    icon: "symbol-method",
    label: place.name,
    detail: `${place.where}:${place.lines.start + 1}`,
    read: () => itemsOf(place),
  };
}

async function known(words: string): Promise<readonly Place[]> {
  const found = await workspaceSymbols(words);
  const files = new IgnoreFiles();
  const open = await Promise.all(
    found
      .filter(({ uri }) => vscode.workspace.getWorkspaceFolder(uri))
      .slice(0, 60)
      .map(async (symbol) => ((await ignoredBy(symbol.uri, "file", files)) === undefined ? symbol : undefined)),
  );
  const places = open.filter((symbol) => symbol !== undefined);
  return places.map((symbol) => ({ ...symbol, where: shownPath(symbol.uri) }));
}

function flat(symbols: readonly OutlineSymbol[]): OutlineSymbol[] {
  return symbols.flatMap((symbol) => [symbol, ...flat(symbol.children)]);
}

async function itemsOf({ uri, name, lines }: Place): Promise<readonly DraftItem[]> {
  const document = await vscode.workspace.openTextDocument(uri);
  // What a workspace search knows is mostly the name's place only; the outline knows where the whole thing ends.
  const outline = flat((await documentSymbols(uri)) ?? []);
  const whole = outline.find(
    (one) => one.name === name && one.lines.start <= lines.start && one.lines.end >= lines.end,
  );
  const { start, end } = whole?.lines ?? lines;
  const last = document.lineAt(Math.min(end, document.lineCount) - 1);
  return rangeItems(
    document,
    new vscode.Range(new vscode.Position(start, 0), last.range.end),
    "symbol",
    nameIn(uri, name),
  );
}

function nameIn(uri: vscode.Uri, name: string): string {
  return t("{0} in {1}", name, fileName(uri));
}
