import type * as vscode from "vscode";

/** The secret storage of a machine, which all windows of VS Code share. */
export function createMachine() {
  const kept = new Map<string, string>();
  const listeners = new Set<(event: vscode.SecretStorageChangeEvent) => void>();
  const tell = (key: string) => {
    // Each window hears of it when it comes to it, also the one that wrote.
    for (const listener of listeners) setImmediate(() => listener({ key }));
  };
  return {
    /** The storage as one window has it. */
    openWindow: (): vscode.SecretStorage => ({
      keys: async () => [...kept.keys()],
      get: async (key) => kept.get(key),
      async store(key, value) {
        kept.set(key, value);
        tell(key);
      },
      async delete(key) {
        kept.delete(key);
        tell(key);
      },
      onDidChange(listener: (event: vscode.SecretStorageChangeEvent) => void) {
        listeners.add(listener);
        return { dispose: () => void listeners.delete(listener) };
      },
    }),
  };
}
