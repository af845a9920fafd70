import * as vscode from "vscode";

/** A symbol with 0-based lines, `end` exclusive. */
export interface OutlineSymbol {
  readonly name: string;
  readonly kind: "function" | "type" | "other";
  readonly lines: { readonly start: number; readonly end: number };
  readonly children: readonly OutlineSymbol[];
}

/** A language server that is still indexing must not keep the user waiting. */
const patienceMs = 2000;

/** Symbols of a document; none when no extension knows its language or it takes too long. */
export async function documentSymbols(uri: vscode.Uri): Promise<readonly OutlineSymbol[]> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), patienceMs);
  });
  try {
    const found = await Promise.race([
      vscode.commands.executeCommand("vscode.executeDocumentSymbolProvider", uri),
      late,
    ]);
    return Array.isArray(found) ? found.flatMap(toSymbol) : [];
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
      lines: {
        start: range.start.line,
        end: range.end.character === 0 && range.end.line > range.start.line ? range.end.line : range.end.line + 1,
      },
      children: "children" in symbol ? symbol.children.flatMap(toSymbol) : [],
    },
  ];
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
