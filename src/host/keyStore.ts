import type * as vscode from "vscode";

const prefix = "glm.apiKey:";

export interface KeyStore {
  /** Key saved for `origin` (e.g. `https://api.z.ai`), which is the only place it may be sent to. */
  get(origin: string): Promise<string | undefined>;
  set(origin: string, key: string): Promise<void>;
  /** @throws when the secret storage does not let go of it. */
  clear(origin: string): Promise<void>;
  /** Every origin that has a key, also of servers that are no longer in the settings. */
  origins(): Promise<readonly string[]>;
  /** Fires with the origin whose key changed, also when another window changed it. */
  onDidChange(listener: (origin: string) => void): vscode.Disposable;
}

/** What the secret storage could not do, for example because the keyring of the system is locked. */
export type SecretTrouble = "read" | "write";

/**
 * Keys in VS Code's secret storage. A key that it does not take is kept in memory until the window closes, so that a user
 * who has just pasted one can go on; `onTrouble` is told each time it fails to write, and once that it cannot read.
 */
export function createKeyStore(secrets: vscode.SecretStorage, onTrouble: (trouble: SecretTrouble) => void): KeyStore {
  const unsaved = new Map<string, string>();
  const listeners = new Set<(origin: string) => void>();
  let unreadable = false;

  async function read<T>(ask: () => Thenable<T>, otherwise: T): Promise<T> {
    try {
      return await ask();
    } catch {
      if (!unreadable) onTrouble("read");
      unreadable = true;
      return otherwise;
    }
  }

  return {
    get: async (origin) =>
      unsaved.get(origin) ?? ((await read(() => secrets.get(prefix + origin), undefined)) || undefined),
    async set(origin, key) {
      try {
        await secrets.store(prefix + origin, key);
        unsaved.delete(origin);
      } catch {
        unsaved.set(origin, key);
        onTrouble("write");
        for (const listener of listeners) listener(origin);
      }
    },
    async clear(origin) {
      if (unsaved.delete(origin)) for (const listener of listeners) listener(origin);
      await secrets.delete(prefix + origin);
    },
    async origins() {
      const names = await read(() => secrets.keys(), []);
      const saved = names.flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
      return [...new Set([...saved, ...unsaved.keys()])];
    },
    onDidChange(listener) {
      listeners.add(listener);
      const subscription = secrets.onDidChange(({ key }) => {
        if (!key.startsWith(prefix)) return;
        const origin = key.slice(prefix.length);
        // Another window has one that was taken.
        unsaved.delete(origin);
        listener(origin);
      });
      return {
        dispose() {
          listeners.delete(listener);
          subscription.dispose();
        },
      };
    },
  };
}
