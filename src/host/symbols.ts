import * as vscode from "vscode";

/** A symbol with 0-based lines, `end` exclusive. */
export interface OutlineSymbol {
  readonly name: string;
  readonly kind: "function" | "type" | "other";
  readonly lines: { readonly start: number; readonly end: number };
  readonly children: readonly OutlineSymbol[];
}

/** A language server that is still indexing must not keep the user waiting. */
const longestWait = 2000;

/** Symbols of a document; none when no extension knows its language, undefined when it takes longer than `patienceMs`. */
export async function documentSymbols(
  uri: vscode.Uri,
  patienceMs = longestWait,
): Promise<readonly OutlineSymbol[] | undefined> {
  const found = await inTime<AnySymbol>(patienceMs, "vscode.executeDocumentSymbolProvider", uri);
  return found?.flatMap(toSymbol);
}

/** Where a symbol is that a search of the whole workspace has found; lines as of `OutlineSymbol`. */
export interface FoundSymbol {
  readonly name: string;
  readonly uri: vscode.Uri;
  readonly lines: OutlineSymbol["lines"];
}

/** Symbols that language servers know by a name like this; none when they take too long. */
export async function workspaceSymbols(query: string): Promise<readonly FoundSymbol[]> {
  const found = await inTime<vscode.SymbolInformation>(longestWait, "vscode.executeWorkspaceSymbolProvider", query);
  return (found ?? []).map(({ name, location: { uri, range } }) => ({ name, uri, lines: linesOf(range) }));
}

async function inTime<Found>(
  patienceMs: number,
  command: string,
  argument: unknown,
): Promise<readonly Found[] | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), patienceMs);
  });
  try {
    const found = await Promise.race([vscode.commands.executeCommand<Found[] | undefined>(command, argument), late]);
    if (found === "late") return undefined;
    return Array.isArray(found) ? found : [];
  } catch {
    // A provider that fails is that extension's affair; the text around the cursor serves as well.
    return [];
  } finally {
    clearTimeout(timer);
  }
}

/** Providers of the older kind give flat symbols with a location and no children. */
type AnySymbol = vscode.DocumentSymbol | vscode.SymbolInformation;

function toSymbol(symbol: AnySymbol): OutlineSymbol[] {
  const range = "range" in symbol ? symbol.range : symbol.location.range;
  return [
    {
      name: symbol.name,
      kind: kindOf(symbol.kind),
      lines: linesOf(range),
      children: "children" in symbol ? symbol.children.flatMap(toSymbol) : [],
    },
  ];
}

function linesOf({ start, end }: vscode.Range): OutlineSymbol["lines"] {
  return { start: start.line, end: end.character === 0 && end.line > start.line ? end.line : end.line + 1 };
}

function kindOf(kind: vscode.SymbolKind): OutlineSymbol["kind"] {
  switch (kind) {
    case vscode.SymbolKind.Function:
    case vscode.SymbolKind.Method:
    case vscode.SymbolKind.Constructor:
    case vscode.SymbolKind.Operator:
      return "function";
    case vscode.SymbolKind.Class:
    case vscode.SymbolKind.Interface:
    case vscode.SymbolKind.Struct:
    case vscode.SymbolKind.Enum:
      return "type";
    default:
      return "other";
  }
}
