import * as vscode from "vscode";
import {
  enclosingSymbol,
  isBlank,
  lineLabel,
  linesForProblem,
  splitLines,
  surroundingBlock,
  wholeLines,
  type LineRange,
} from "../../core/codeContext.ts";
import type { PromptProblem } from "../../core/prompts.ts";
import type { Attachment } from "../../core/services.ts";
import { documentSymbols } from "../../host/symbols.ts";

/** Where a command was started: what the menu, the lightbulb or the active editor said. */
export interface Place {
  readonly document: vscode.TextDocument;
  readonly range: vscode.Range;
  /** Set by the lightbulb: the problems it was opened on. */
  readonly diagnostics: readonly vscode.Diagnostic[];
}

/** The code that a command is about. */
export interface CodeTarget {
  readonly document: vscode.TextDocument;
  readonly kind: "selection" | "problem" | "symbol" | "block";
  /** All lines of the document when the command was started. */
  readonly before: readonly string[];
  readonly lines: LineRange;
  /** Exactly what was selected, for an explanation. */
  readonly selectedText?: string;
  readonly problems: readonly PromptProblem[];
}

/** Undefined when there is no text editor to act on. */
export async function placeOf(args: readonly unknown[]): Promise<Place | undefined> {
  const [uri, range, diagnostics] = args;
  const editor = vscode.window.activeTextEditor;
  if (!(uri instanceof vscode.Uri))
    return editor && { document: editor.document, range: editor.selection, diagnostics: [] };

  const shown = [editor, ...vscode.window.visibleTextEditors].find(
    (candidate) => candidate?.document.uri.toString() === uri.toString(),
  );
  return {
    document: shown?.document ?? (await vscode.workspace.openTextDocument(uri)),
    range: range instanceof vscode.Range ? range : (shown?.selection ?? new vscode.Range(0, 0, 0, 0)),
    diagnostics: Array.isArray(diagnostics) ? diagnostics.filter((item) => item instanceof vscode.Diagnostic) : [],
  };
}

/** A symbol longer than this is too much for one question; the lines around the cursor are then used. */
const maxSymbolLines = 400;

/** Undefined when the document holds nothing but blank lines. */
export async function findTarget(place: Place): Promise<CodeTarget | undefined> {
  const { document, range } = place;
  const before = splitLines(document.getText());
  if (before.every(isBlank)) return undefined;
  const all = vscode.languages.getDiagnostics(document.uri);
  const make = (kind: CodeTarget["kind"], lines: LineRange, problems = problemsIn(all, lines)): CodeTarget => ({
    document,
    kind,
    before,
    lines,
    problems,
  });

  const selectedText = document.getText(range);
  if (place.diagnostics.length === 0 && !isBlank(selectedText)) {
    return { ...make("selection", wholeLines(range.start.line, range.end.line, range.end.character)), selectedText };
  }

  const marked = place.diagnostics.length > 0 ? place.diagnostics : under(range.start, all);
  const symbols = (await documentSymbols(document.uri)) ?? [];
  if (marked.length > 0) {
    const start = Math.min(...marked.map((item) => item.range.start.line));
    const end = Math.max(...marked.map((item) => item.range.end.line)) + 1;
    return make("problem", linesForProblem(before, { start, end }, symbols), marked.map(toProblem));
  }

  const line = range.start.line;
  const symbol = enclosingSymbol(symbols, { start: line, end: line + 1 }, maxSymbolLines);
  if (symbol) return make("symbol", { ...symbol.lines, end: Math.min(symbol.lines.end, before.length) });
  const block = surroundingBlock(before, line);
  return block && make("block", block);
}

/** The same lines again after the document changed, for a second try. */
export function targetOfLines(document: vscode.TextDocument, lines: LineRange): CodeTarget {
  const problems = problemsIn(vscode.languages.getDiagnostics(document.uri), lines);
  return { document, kind: "selection", before: splitLines(document.getText()), lines, problems };
}

function under(position: vscode.Position, all: readonly vscode.Diagnostic[]): vscode.Diagnostic[] {
  const told = all.filter((item) => item.severity !== vscode.DiagnosticSeverity.Hint);
  const exact = told.filter((item) => item.range.contains(position));
  return exact.length > 0
    ? exact
    : told.filter((item) => item.range.start.line <= position.line && item.range.end.line >= position.line);
}

function problemsIn(all: readonly vscode.Diagnostic[], lines: LineRange): PromptProblem[] {
  return all
    .filter((item) => item.severity !== vscode.DiagnosticSeverity.Hint)
    .filter((item) => item.range.start.line < lines.end && item.range.end.line >= lines.start)
    .map(toProblem);
}

function toProblem(item: vscode.Diagnostic): PromptProblem {
  const code = typeof item.code === "object" ? item.code.value : item.code;
  return {
    line: item.range.start.line,
    severity:
      item.severity === vscode.DiagnosticSeverity.Error
        ? "error"
        : item.severity === vscode.DiagnosticSeverity.Warning
          ? "warning"
          : "information",
    message: item.message,
    source: [item.source, code].filter((part) => part !== undefined && part !== "").join(" "),
  };
}

/** Lines of a document as they go with a question. */
export function attachmentOfLines(
  document: vscode.TextDocument,
  lines: LineRange,
  kind: "selection" | "symbol",
  text: string,
): Attachment {
  const numbers = lineLabel(lines);
  return {
    id: crypto.randomUUID(),
    kind,
    label: `${nameOf(document)}:${numbers}`,
    detail: `${pathOf(document)}:${numbers}`,
    language: document.languageId,
    text,
  };
}

/** File name for sentences and labels. */
export function nameOf(document: vscode.TextDocument): string {
  return document.uri.path.split("/").at(-1) || document.uri.path || document.uri.scheme;
}

/** Path inside the workspace, or the bare file name where there is none: a home folder is nobody's business. */
export function pathOf(document: vscode.TextDocument): string {
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  return folder ? vscode.workspace.asRelativePath(document.uri) : nameOf(document);
}
