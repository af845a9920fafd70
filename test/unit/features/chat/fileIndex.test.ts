import { beforeEach, expect, it, vi } from "vitest";
import { FileIndex } from "../../../../src/features/chat/context/fileIndex.ts";

/** A workspace whose folder `slow` is not read before the test says so. */
const slow = vi.hoisted(() => ({ ready: Promise.withResolvers<void>() }));
beforeEach(() => {
  slow.ready = Promise.withResolvers<void>();
});

interface Uri {
  readonly path: string;
}

const file = 1;
const directory = 2;

async function entriesOf(path: string): Promise<[string, number][]> {
  if (path === "/w") {
    return [
      ["a.ts", file],
      ["slow", directory],
    ];
  }
  await slow.ready.promise;
  return [["b.ts", file]];
}

const never = () => ({ dispose: () => undefined });

vi.mock("vscode", () => ({
  FileType: { File: 1, Directory: 2, SymbolicLink: 64 },
  Uri: { joinPath: (base: Uri, ...parts: string[]) => ({ path: [base.path, ...parts].join("/") }) },
  workspace: {
    workspaceFolders: [{ uri: { path: "/w" } }],
    getWorkspaceFolder: () => undefined,
    asRelativePath: ({ path }: Uri) => path.slice(3),
    createFileSystemWatcher: () => ({ ...never(), onDidCreate: never, onDidDelete: never, onDidChange: never }),
    getConfiguration: () => ({ get: () => ({}) }),
    onDidChangeConfiguration: () => never(),
    onDidChangeWorkspaceFolders: () => never(),
    fs: {
      readDirectory: ({ path }: Uri) => entriesOf(path),
      readFile: async () => Promise.reject(new Error("no such file")),
    },
  },
}));

it("gives what it has found so far to everybody who cannot wait", async () => {
  const index = new FileIndex();
  const names = async (patienceMs?: number) => (await index.files(patienceMs)).map(({ name }) => name);
  const whole = names();
  await expect.poll(() => names(1)).toEqual(["a.ts"]);
  // The walk is the one that somebody else has begun.
  expect(await names(1)).toEqual(["a.ts"]);
  expect(index.isReading).toBe(true);
  slow.ready.resolve();
  expect(await whole).toEqual(["a.ts", "b.ts"]);
  expect(index.isReading).toBe(false);
  expect(await names(1)).toEqual(["a.ts", "b.ts"]);
  index.dispose();
});
