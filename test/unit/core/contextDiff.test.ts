import { expect, it } from "vitest";
import { partsOf } from "../../../src/core/contextDiff.ts";

const changed = `diff --git a/src/price.ts b/src/price.ts
index 1111111..2222222 100644
--- a/src/price.ts
+++ b/src/price.ts
@@ -1,2 +1,2 @@
-diff --git a/not b/not
+++ b/neither
 same
`;
const moved = `diff --git a/old name.ts b/new name.ts
similarity index 100%
rename from old name.ts
rename to new name.ts
`;
const added = `diff --git a/.env b/.env
new file mode 100644
--- /dev/null
+++ b/.env
@@ -0,0 +1 @@
+KEY=1
`;
const binary = `diff --git a/media/icon.png b/media/icon.png
index 1111111..2222222 100644
Binary files a/media/icon.png and b/media/icon.png differ
`;
const foreign = `diff --git "a/\\344\\270\\255 \\"a\\".ts" "b/\\344\\270\\255 \\"a\\".ts"
old mode 100644
new mode 100755
`;
const merged = `diff --cc src/merge.ts
index 1,2..3
--- a/src/merge.ts
+++ b/src/merge.ts
@@@ -1,1 -1,1 +1,1 @@@
 +x
`;

it("splits a patch at its files and knows their names", () => {
  const parts = partsOf([changed, moved, added, binary, foreign, merged].join(""));
  expect(parts.map(({ paths }) => paths)).toEqual([
    ["src/price.ts"],
    ["old name.ts", "new name.ts"],
    [".env"],
    ["media/icon.png"],
    ['中 "a".ts'],
    ["src/merge.ts"],
  ]);
  expect(parts.map(({ text }) => text).join("")).toBe([changed, moved, added, binary, foreign, merged].join(""));
});

it("finds no file where there is none", () => {
  expect(partsOf("")).toEqual([]);
  expect(partsOf("no patch\n")).toEqual([]);
});
