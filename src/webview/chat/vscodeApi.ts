import type { ToHost } from "../../protocol/messages.ts";

// VS Code hands the handle out once; it stays in this module so that nothing else in the page can speak for the view.
const api = acquireVsCodeApi();

export function post(message: ToHost): void {
  api.postMessage(message);
}

/** What the last life of this view saved; unchecked, as an older version may have written it. */
export function readSaved(): unknown {
  return api.getState();
}

export function writeSaved(state: unknown): void {
  api.setState(state);
}
