import { beforeEach, describe, expect, it, vi } from "vitest";
import type { IndexedFile } from "../../../../../src/features/chat/context/fileIndex.ts";
import type { Source, SourceDeps } from "../../../../../src/features/chat/context/source.ts";
import { Suggestions } from "../../../../../src/features/chat/context/suggest.ts";

/** Where the test is: what the walk has found, and whether a language server has answered. */
const state = vi.hoisted(() => ({ found: ["stack.ts"], isReading: false, symbolsAreLate: false }));
beforeEach(() => {
  Object.assign(state, { found: ["stack.ts"], isReading: false, symbolsAreLate: false });
});

vi.mock("../../../../../src/features/chat/context/fileSources.ts", () => ({ openFiles: async () => [] }));
vi.mock("../../../../../src/features/chat/context/attachUri.ts", () => ({ attachUri: async () => [] }));
vi.mock("../../../../../src/features/chat/context/symbols.ts", () => ({
  // The quick question waits for no more than an instant.
  symbolsOfOpenFile: async (_: string, patienceMs: number) =>
    state.symbolsAreLate && patienceMs < 1000 ? undefined : [{ name: "stop" }],
  offer: ({ name }: { name: string }) => ({ icon: "symbol-method", label: name, read: async () => [] }),
}));

const index = {
  files: async (patienceMs: number) => {
    if (patienceMs > 1000 && state.isReading)
      Object.assign(state, { found: ["stack.ts", "stock.ts"], isReading: false });
    return state.found.map((name) => ({ uri: name, name, path: name }) as unknown as IndexedFile);
  },
  get isReading() {
    return state.isReading;
  },
};
const folders: Source = {
  icon: "folder",
  label: "Folder…",
  isThere: () => true,
  prefix: "folder:",
  find: async () => (await index.files(80)).map(({ name }) => ({ icon: "folder", label: name, read: async () => [] })),
  read: async () => [],
};

async function suggest(query: string, patient = false): Promise<{ labels: string[]; partial: boolean }> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of all it uses the index only.
  const suggestions = new Suggestions({ index } as unknown as SourceDeps, [folders]);
  const ask = { type: "suggest-context", query, patient } as const;
  const { items, partial } = await suggestions.suggest(ask, new AbortController().signal);
  return { labels: items.map(({ label }) => label), partial };
}

describe("a quick question", () => {
  it("gets all there is when files and symbols are known", async () => {
    expect(await suggest("sto")).toEqual({ labels: ["stop"], partial: false });
    expect(await suggest("stack")).toEqual({ labels: ["stack.ts", "stop"], partial: false });
  });

  it.each(["stack", "folder:"])(
    "says for %j that files are still being read, and a patient one waits",
    async (query) => {
      state.isReading = true;
      const quick = await suggest(query);
      expect(quick.partial).toBe(true);
      expect(quick.labels).not.toContain("stock.ts");
      const patient = await suggest(query === "stack" ? "stock" : query, true);
      expect(patient.labels).toContain("stock.ts");
      expect(patient.partial).toBe(false);
    },
  );

  it("says that a language server is late, and a patient one waits", async () => {
    state.symbolsAreLate = true;
    expect(await suggest("stack")).toEqual({ labels: ["stack.ts"], partial: true });
    expect(await suggest("stack", true)).toEqual({ labels: ["stack.ts", "stop"], partial: false });
  });
});
