import { expect, it } from "vitest";
import { scrub } from "../../../../src/features/diagnose/scrub.ts";

it.each([
  ["in /home/jo/.config", "/home/jo", "in ~/.config"],
  ["C:\\Users\\Jo (x)\\a.ts", "C:\\Users\\Jo (x)", "~\\a.ts"],
  ["file:///c:/users/jo%20x and c:/users/JO/a.ts", "C:\\Users\\jo", "file:///~%20x and ~/a.ts"],
  ['"C:\\\\Users\\\\jo\\\\a.ts"', "C:\\Users\\jo", '"~\\\\a.ts"'],
  ["/ is left", "/", "/ is left"],
])("hides the home folder in any spelling: %s", (text, home, expected) => {
  expect(scrub(text, [], home)).toBe(expected);
});

it("hides every secret that is known, the longer one first", () => {
  const secrets = ["hunter2", undefined, "Token hunter2-and-more"];
  expect(scrub("hunter2, Token hunter2-and-more", secrets, "/home/jo")).toBe("[key], [key]");
});
