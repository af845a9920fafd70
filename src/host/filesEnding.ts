import * as vscode from "vscode";

/** Enough to know which names are unmistakable. */
const mostFiles = 400;
const leftOut = "**/{node_modules,.git}/**";

/** Files of the workspace whose path ends with one of `tails`, which hold no characters of a pattern. One search for all. */
export async function filesEnding(tails: readonly string[], signal: AbortSignal): Promise<readonly vscode.Uri[]> {
  if (tails.length === 0) return [];
  const source = new vscode.CancellationTokenSource();
  const stop = () => source.cancel();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const pattern = tails.length === 1 ? `**/${tails[0]}` : `**/{${tails.join(",")}}`;
    return await vscode.workspace.findFiles(pattern, leftOut, mostFiles, source.token);
  } finally {
    signal.removeEventListener("abort", stop);
    source.dispose();
  }
}
