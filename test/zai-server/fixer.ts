import { diagnosticRules } from "./fix-diagnostics.ts";
import { pythonRules } from "./fix-python.ts";
import { scriptRules } from "./fix-script.ts";
import { familyOf, findFunctions, lineAt, mask, type Family } from "./analyse.ts";
import type { Bilingual } from "./errors.ts";
import type { Rule } from "./fix-rule.ts";

/** Repaired code and what was done to it. */
export interface Repair {
  readonly code: string;
  readonly notes: readonly { readonly line: number; readonly why: Bilingual }[];
}

/**
 * Repairs the simple bugs that people plant in demos: bounds, comparisons, missing await or return, unguarded null, wrong signs,
 * and what the diagnostics name. Indentation and line ends stay; code without a known bug comes back as it was.
 */
export function repair(code: string, language: string, diagnostics = "", around = ""): Repair {
  const family = familyOf(language);
  const notes: { line: number; why: Bilingual }[] = [];
  let current = code;
  for (const rule of rulesFor(family)) {
    const masked = mask(current, family);
    const functions = findFunctions(current, family);
    const newline = current.includes("\r\n") ? "\r\n" : "\n";
    const edits = rule({ code: current, masked, family, functions, diagnostics, around, newline });
    // From the back, so that earlier offsets stay true.
    for (const edit of edits.toSorted((a, b) => b.start - a.start)) {
      notes.push({ line: lineAt(current, edit.start), why: edit.why });
      current = current.slice(0, edit.start) + edit.text + current.slice(edit.end);
    }
  }
  return { code: current, notes: notes.toSorted((a, b) => a.line - b.line) };
}

function rulesFor(family: Family): readonly Rule[] {
  if (family === "python") return [...pythonRules, ...diagnosticRules];
  return family === "script" ? [...scriptRules, ...diagnosticRules] : [...scriptRules.slice(0, 3), ...diagnosticRules];
}
