import { describe, expect, it } from "vitest";
import type * as vscode from "vscode";
import { createKeyStore, type SecretTrouble } from "../../../src/host/keyStore.ts";

const zai = "https://api.z.ai";
const bigmodel = "https://open.bigmodel.cn";

/** A secret storage that a test can lock, as a keyring is. */
function open() {
  const kept = new Map<string, string>([["other.extension.secret", "x"]]);
  const listeners = new Set<(event: vscode.SecretStorageChangeEvent) => void>();
  let locked = false;
  const guarded = <T>(value: () => T): Promise<T> =>
    locked ? Promise.reject(new Error("the keyring is locked")) : Promise.resolve(value());
  const change = (key: string, value: string | undefined) => {
    if (value === undefined) kept.delete(key);
    else kept.set(key, value);
    for (const listener of listeners) listener({ key });
  };
  const secrets: vscode.SecretStorage = {
    keys: () => guarded(() => [...kept.keys()]),
    get: (key) => guarded(() => kept.get(key)),
    store: (key, value) => guarded(() => change(key, value)),
    delete: (key) => guarded(() => change(key, undefined)),
    onDidChange: (listener: (event: vscode.SecretStorageChangeEvent) => void) => {
      listeners.add(listener);
      return { dispose: () => void listeners.delete(listener) };
    },
  };
  const troubles: SecretTrouble[] = [];
  const keys = createKeyStore(secrets, (trouble) => troubles.push(trouble));
  const changes: string[] = [];
  const subscription = keys.onDidChange((origin) => changes.push(origin));
  const lock = (value: boolean) => {
    locked = value;
  };
  return { keys, kept, troubles, changes, subscription, lock, change };
}

describe("saved keys", () => {
  it("belong to an origin each, and all of them are found", async () => {
    const { keys, changes, subscription } = open();
    await keys.set(zai, "a");
    await keys.set("https://llm.example:8443", "b");
    expect([await keys.get(zai), await keys.get(bigmodel)]).toEqual(["a", undefined]);
    expect(await keys.origins()).toEqual([zai, "https://llm.example:8443"]);
    await keys.clear(zai);
    expect(await keys.origins()).toEqual(["https://llm.example:8443"]);
    expect(changes).toEqual([zai, "https://llm.example:8443", zai]);
    subscription.dispose();
    await keys.set(zai, "c");
    expect(changes).toHaveLength(3);
  });

  it("are kept for the window when the storage does not take them", async () => {
    const { keys, kept, troubles, changes, lock } = open();
    lock(true);
    await keys.set(zai, "a");
    expect(troubles).toEqual(["write"]);
    expect([await keys.get(zai), changes]).toEqual(["a", [zai]]);
    expect(await keys.origins()).toEqual([zai]);
    lock(false);
    await keys.set(zai, "b");
    expect([...kept.values()]).toContain("b");
    expect(await keys.get(zai)).toBe("b");
  });

  it("give way to what another window saved", async () => {
    const { keys, lock, change } = open();
    lock(true);
    await keys.set(zai, "kept in memory");
    lock(false);
    change(`glm.apiKey:${zai}`, "saved elsewhere");
    expect(await keys.get(zai)).toBe("saved elsewhere");
  });

  it("that cannot be read are told of once, and count as none", async () => {
    const { keys, troubles, lock } = open();
    await keys.set(zai, "a");
    lock(true);
    expect([await keys.get(zai), await keys.get(bigmodel), await keys.origins()]).toEqual([undefined, undefined, []]);
    expect(troubles).toEqual(["read"]);
    lock(false);
    expect(await keys.get(zai)).toBe("a");
  });

  it("that cannot be removed are not said to be gone", async () => {
    const { keys, lock } = open();
    await keys.set(zai, "a");
    lock(true);
    await expect(keys.clear(zai)).rejects.toThrow("locked");
    lock(false);
    expect(await keys.get(zai)).toBe("a");
  });
});
