import { describe, expect, it } from "vitest";
import { bestMatches } from "../../../src/core/contextFuzzy.ts";

const file = (path: string) => ({ name: path.slice(path.lastIndexOf("/") + 1), path });
const project = [
  "README.md",
  "src/api/chat/chatStream.ts",
  "src/api/chat/chat.ts",
  "src/features/chat/codeBlocks.ts",
  "src/features/chat/composerModel.ts",
  "src/webview/chat/codeBlock.ts",
  "src/core/conversation.ts",
  "test/unit/api/chat/chat.test.ts",
  "docs/a chat about blocks.md",
].map(file);
const found = (query: string, limit = 50) => bestMatches(project, query, limit).map(({ path }) => path);

describe("finding by a few letters", () => {
  it("has the exact name first, then names that begin so, then folders", () => {
    const paths = found("chat.ts");
    expect(paths[0]).toBe("src/api/chat/chat.ts");
    expect(found("chat").slice(0, 2)).toEqual(["src/api/chat/chat.ts", "test/unit/api/chat/chat.test.ts"]);
    expect(found("webview")).toEqual(["src/webview/chat/codeBlock.ts"]);
  });

  it("takes initials for what they are", () => {
    expect(found("cb").slice(0, 2)).toEqual(["src/webview/chat/codeBlock.ts", "src/features/chat/codeBlocks.ts"]);
    expect(found("CM")[0]).toBe("src/features/chat/composerModel.ts");
  });

  it("lets a path narrow it down, with either slash and with blanks", () => {
    expect(found("webview/code")[0]).toBe("src/webview/chat/codeBlock.ts");
    expect(found("webview\\code")[0]).toBe("src/webview/chat/codeBlock.ts");
    expect(found("features block")).toEqual(["src/features/chat/codeBlocks.ts"]);
  });

  it("leaves out what lacks a letter, and keeps the order of equals", () => {
    expect(found("zzz")).toEqual([]);
    const same = [file("b/x.ts"), file("a/x.ts")];
    expect(bestMatches(same, "x", 9)).toEqual(same);
  });

  it("has everything without a query, as far as there is room", () => {
    expect(found("", 3)).toEqual(["README.md", "src/api/chat/chatStream.ts", "src/api/chat/chat.ts"]);
    expect(found("  ")).toHaveLength(project.length);
  });

  it("goes through a large project while one types", () => {
    const many = Array.from({ length: 30_000 }, (_, at) => file(`packages/p${at % 97}/src/module${at}/index${at}.ts`));
    expect(bestMatches(many, "mod12 idx", 50)).toHaveLength(50);
  });
});
