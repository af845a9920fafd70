import axeCore, { type RunOptions } from "axe-core";
import type { Locator } from "playwright-core";

declare global {
  // In a page that was given its source.
  var axe: typeof axeCore;
}

/**
 * What axe objects to within an element: rule, place and reason. Its source, which takes longer to read than most looks take, is
 * given to a document once.
 * @param without rules that do not apply there.
 * @param only the rules to apply, if not all.
 */
export async function axeFaults(
  root: Locator,
  without: readonly string[],
  only?: readonly string[],
): Promise<string[]> {
  if (!(await root.evaluate(() => "axe" in globalThis))) await root.evaluate(axeCore.source);
  const options: RunOptions = {
    resultTypes: ["violations"],
    rules: Object.fromEntries(without.map((rule) => [rule, { enabled: false }])),
    ...(only && { runOnly: { type: "rule", values: [...only] } }),
  };
  return root.evaluate(async (element, wanted) => {
    const { violations } = await globalThis.axe.run(element, wanted);
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary = "" }) => `${id}: ${html} ${failureSummary}`),
    );
  }, options);
}
