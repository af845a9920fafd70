import { describe, expect, it } from "vitest";
import { IgnoreRules } from "../../../src/core/contextIgnore.ts";

function rules(files: Readonly<Record<string, string>>, hidden: readonly string[] = []): IgnoreRules {
  const made = new IgnoreRules();
  made.add("hidden", "", hidden.join("\n"));
  for (const [path, text] of Object.entries(files)) {
    const slash = path.lastIndexOf("/");
    made.add(path.endsWith(".glmignore") ? "glm" : "git", path.slice(0, Math.max(0, slash)), text);
  }
  return made;
}

describe("ignore files", () => {
  const nested = rules({
    ".gitignore": "*.log\ndist/\n/build\nsecret.txt",
    "packages/web/.gitignore": "!keep.log\n/out",
    ".glmignore": "private/\n*.pem\n!secret.txt",
  });
  it.each([
    ["src/index.ts", undefined],
    ["debug.log", "git"],
    ["packages/api/debug.log", "git"],
    ["packages/web/keep.log", undefined],
    ["packages/web/other.log", "git"],
    ["packages/web/out/a.js", "git"],
    ["packages/api/out/a.js", undefined],
    ["dist/", "git"],
    ["dist/deep/er.js", "git"],
    ["packages/web/dist/a.js", "git"],
    ["build/a.js", "git"],
    ["src/build/a.js", undefined],
    ["private/notes.md", "glm"],
    ["src/private/notes.md", "glm"],
    ["cert.pem", "glm"],
    ["secret.txt", undefined],
    [".git/config", "git"],
    [".gitignore", undefined],
  ])("have %s ignored by %s", (path, by) => expect(nested.ignoredBy(path)).toBe(by));

  it("let nothing in again below a directory that is ignored", () => {
    expect(rules({ ".gitignore": "out/\n!out/keep.ts" }).ignoredBy("out/keep.ts")).toBe("git");
    expect(rules({ ".gitignore": "out/*\n!out/keep.ts" }).ignoredBy("out/keep.ts")).toBeUndefined();
  });

  it("of ours let in a directory that git leaves out, with what is in it", () => {
    const both = rules({ ".gitignore": "generated/\n*.tmp", ".glmignore": "!generated/\ngenerated/keys/" });
    expect(both.ignoredBy("generated/")).toBeUndefined();
    expect(both.ignoredBy("generated/api.ts")).toBeUndefined();
    expect(both.ignoredBy("generated/keys/a.ts")).toBe("glm");
    expect(both.ignoredBy("other.tmp")).toBe("git");
  });

  it("win over git's when both name a file", () => {
    expect(rules({ ".gitignore": ".env", ".glmignore": ".env" }).ignoredBy(".env")).toBe("glm");
  });

  it("win over git's also in a directory that git ignores as a whole", () => {
    const both = rules({ ".gitignore": "build/", ".glmignore": "*.env" });
    expect(both.ignoredBy("build/prod.env")).toBe("glm");
    expect(both.ignoredBy("build/deep/er/")).toBe("git");
  });

  it("stand beside what the editor hides", () => {
    const hidden = rules({ ".gitignore": "!node_modules/wanted" }, ["**/node_modules", "**/*.code-search"]);
    expect(hidden.ignoredBy("a/node_modules/")).toBe("git");
    expect(hidden.ignoredBy("b/x.code-search")).toBe("git");
    expect(hidden.ignoredBy("node_modules.md")).toBeUndefined();
  });

  it("understand comments, blanks, Windows line ends and a mark at the front", () => {
    const odd = rules({ ".gitignore": "\uFEFF# made by hand\r\n\r\ncache/\r\n\\#real\r\n" });
    expect(odd.ignoredBy("cache/a")).toBe("git");
    expect(odd.ignoredBy("#real")).toBe("git");
    expect(odd.ignoredBy("made by hand")).toBeUndefined();
  });
});
