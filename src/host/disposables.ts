import type * as vscode from "vscode";

/** Owns disposables until it is disposed itself; whatever is added after that is disposed at once. */
export class Disposables implements vscode.Disposable {
  readonly #items = new Set<vscode.Disposable>();
  #disposed = false;

  add<T extends vscode.Disposable>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#items.add(item);
    return item;
  }

  /** Last added goes first, as later things may lean on earlier ones. */
  dispose(): void {
    this.#disposed = true;
    const items = [...this.#items].toReversed();
    this.#items.clear();
    for (const item of items) item.dispose();
  }
}
