import type * as vscode from "vscode";

const prefix = "glm.apiKey:";

export interface KeyStore {
  /** Key saved for `origin` (e.g. `https://api.z.ai`), which is the only place it may be sent to. */
  get(origin: string): Promise<string | undefined>;
  set(origin: string, key: string): Promise<void>;
  clear(origin: string): Promise<void>;
  /** Fires with the origin whose key changed, also when another window changed it. */
  onDidChange(listener: (origin: string) => void): vscode.Disposable;
}

export function createKeyStore(secrets: vscode.SecretStorage): KeyStore {
  return {
    get: async (origin) => (await secrets.get(prefix + origin)) || undefined,
    set: async (origin, key) => secrets.store(prefix + origin, key),
    clear: async (origin) => secrets.delete(prefix + origin),
    onDidChange: (listener) =>
      secrets.onDidChange(({ key }) => {
        if (key.startsWith(prefix)) listener(key.slice(prefix.length));
      }),
  };
}
