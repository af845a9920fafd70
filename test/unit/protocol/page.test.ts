import { expect, it } from "vitest";
import { chatPage } from "../../../src/protocol/page.ts";

const hostile = `"><script>alert(1)</script>'&`;
const parts = {
  language: "en",
  title: "Chat",
  nonce: "bm9uY2U=",
  source: "https://files.test",
  styles: "p { color: red }",
  script: "https://files.test/main.js",
  imports: ["https://files.test/chunk.js"],
  words: { composerLabel: "Message", composerPlaceholder: "Ask" },
};

it("runs one script, which carries the nonce, and has no style of its own", () => {
  const page = chatPage(parts);
  expect(page.match(/<script[^>]*>/g)).toEqual(['<script nonce="bm9uY2U=">']);
  expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|unsafe/);
  const policy = /content="(default-src[^"]*)"/.exec(page)?.[1];
  expect(policy).toBe(
    "default-src 'none'; script-src 'nonce-bm9uY2U=' https://files.test; style-src https://files.test; font-src https://files.test; img-src https://files.test data: blob:",
  );
});

it("waits for no file: its styles are in it, and every file of the script is asked for by the script", () => {
  const page = chatPage(parts);
  expect(page).not.toMatch(/<link|\ssrc=/);
  expect(page).toContain('sheet.replaceSync("p { color: red }");');
  expect(page).toContain('of ["https://files.test/main.js","https://files.test/chunk.js"]) import(file);');
});

it("says what the host hands it and lets none of it become markup or code", () => {
  const page = chatPage({
    language: hostile,
    title: hostile,
    nonce: hostile,
    source: hostile,
    styles: hostile,
    script: hostile,
    imports: [hostile],
    words: { composerLabel: hostile, composerPlaceholder: hostile },
  });
  expect(page).not.toContain("<script>");
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page).toContain(`placeholder="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;'&amp;"`);
});
