import * as vscode from "vscode";

/** What a terminal has run, as far as its shell tells VS Code (shell integration). */
export interface CommandRun {
  readonly command: string;
  /** Plain text, from its end where it was long; empty while nothing came. Made when it is read. */
  readonly output: string;
  /** VS Code passed on nothing at all, not even its own mark of the beginning: at times it misses what is over at once. */
  readonly missed: boolean;
  /** Undefined while it runs, or where the shell does not tell. */
  readonly exitCode: number | undefined;
  readonly running: boolean;
}

/** What is kept of one command's output, in UTF-16 units. The end says how it came out. */
const mostKept = 200_000;

interface Recording {
  readonly execution: vscode.TerminalShellExecution;
  output: string;
  running: boolean;
  exitCode: number | undefined;
}

/**
 * Keeps the last command of each terminal with its output. VS Code gives the output only while a command runs, so that what ran
 * before this was made is not known; other text of a terminal cannot be read at all.
 */
export class TerminalRecorder implements vscode.Disposable {
  readonly #last = new Map<vscode.Terminal, Recording>();
  readonly #listeners: readonly vscode.Disposable[];

  constructor() {
    this.#listeners = [
      vscode.window.onDidStartTerminalShellExecution(
        ({ terminal, execution }) => void this.#record(terminal, execution),
      ),
      vscode.window.onDidEndTerminalShellExecution(({ terminal, execution, exitCode }) => {
        const recording = this.#last.get(terminal);
        if (recording?.execution !== execution) return;
        recording.running = false;
        recording.exitCode = exitCode;
      }),
      vscode.window.onDidCloseTerminal((terminal) => this.#last.delete(terminal)),
    ];
  }

  /** The terminal in front, whether or not a command is known of it. */
  get front(): vscode.Terminal | undefined {
    return vscode.window.activeTerminal;
  }

  /** Terminals of which a command is known, the one in front first. */
  get terminals(): readonly vscode.Terminal[] {
    const known = vscode.window.terminals.filter((terminal) => this.#last.has(terminal));
    return known.toSorted((one, other) => Number(other === this.front) - Number(one === this.front));
  }

  lastRun(terminal: vscode.Terminal): CommandRun | undefined {
    const recording = this.#last.get(terminal);
    return (
      recording && {
        command: recording.execution.commandLine.value,
        get output() {
          return plainOutput(recording.output);
        },
        missed: !recording.running && recording.output === "",
        exitCode: recording.exitCode,
        running: recording.running,
      }
    );
  }

  dispose(): void {
    for (const listener of this.#listeners) listener.dispose();
    this.#last.clear();
  }

  async #record(terminal: vscode.Terminal, execution: vscode.TerminalShellExecution): Promise<void> {
    const recording: Recording = { execution, output: "", running: true, exitCode: undefined };
    this.#last.set(terminal, recording);
    for await (const data of execution.read()) {
      // The next command has taken its place.
      if (this.#last.get(terminal) !== recording) return;
      recording.output += data;
      if (recording.output.length > 2 * mostKept) recording.output = recording.output.slice(-mostKept);
    }
  }
}

/** Without colours and cursor movements; of a line that was written over, such as a progress bar, what stood there last. */
export function plainOutput(output: string): string {
  return output
    .replace(/\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g, "")
    .replace(/\u001b(?:\[[0-?]*[ -/]*[@-~]|[()][0-9A-Za-z]|[ -/]*[0-~])/g, "")
    .split("\n")
    .map(lastWritten)
    .join("\n")
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "")
    .trimEnd();
}

/** Not by a pattern: on one long line that would take minutes. */
function lastWritten(line: string): string {
  let end = line.length;
  while (line[end - 1] === "\r") end--;
  return line.slice(line.lastIndexOf("\r", end - 1) + 1, end);
}
