import { expect, it } from "vitest";
import { pseudoTable, pseudoText } from "./pseudo.ts";

const placeholders = (text: string) => (text.match(/\{\d\}/g) ?? []).toSorted();

it("marks each sentence, makes it longer and keeps what programs read", () => {
  expect(pseudoText("{0} does not accept `id.secret`.")).toBe("⟦{0} ðööééš ñööţ ååççééþţ `id.secret`.⟧");
  expect(pseudoText("Paste it.\n[Set key](command:glm.setApiKey)")).toBe(
    "⟦Þååšţéé îîţ.⟧\n[⟦Šééţ ķééý⟧](command:glm.setApiKey)",
  );
});

it("lengthens the words of the product by a third and more, and loses no placeholder", () => {
  const table = Object.entries(pseudoTable("l10n/bundle.l10n.json"));
  for (const [key, text] of table) expect(placeholders(text)).toEqual(placeholders(key));
  const before = table.map(([key]) => key).join("");
  const after = table.map(([, text]) => text).join("");
  expect(after.length / before.length).toBeGreaterThan(1.3);
});
