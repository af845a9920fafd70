/** Made to cost time: each is rendered in full and must leave the page answering. */
export const heavyAnswers: Readonly<Record<string, string>> = {
  "10,000 nested quotes": `${">".repeat(10_000)} x`,
  "10,000 nested lists": Array.from({ length: 1_000 }, (_, depth) => `${" ".repeat(depth * 2)}- x`).join("\n"),
  "a line of 1 MB": "word ".repeat(200_000),
  "a line of 1 MB without a space": "x".repeat(1_000_000),
  "a line of 1 MB of markup": "**a _b_ `c` [d](e) ".repeat(50_000),
  "1 MB of opening brackets": "[".repeat(1_000_000),
  "1 MB of asterisks": "*a ".repeat(330_000),
  "1 MB of backticks": Array.from({ length: 1_400 }, (_, count) => "`".repeat(count)).join(" "),
  "a code line of 1 MB": `\`\`\`js\n${"x = 1; ".repeat(150_000)}\n\`\`\``,
  "code of 1 MB": `\`\`\`js\n${"const x = 1;\n".repeat(80_000)}\`\`\``,
  "a table of 1 MB": `|a|b|c|\n|-|-|-|\n${"|1|2|3|\n".repeat(20_000)}`,
  "a table with 20,000 columns": `${"|a".repeat(20_000)}|\n${"|-".repeat(20_000)}|\n${"|1|2|\n".repeat(100)}`,
  "20,000 list items": "- item with `code`\n".repeat(20_000),
  "20,000 paragraphs": "A paragraph.\n\n".repeat(20_000),
  "20,000 reference definitions": Array.from({ length: 20_000 }, (_, n) => `[r${n}]: https://a.b/${n}`).join("\n"),
  "100,000 bidi controls": "‮a⁦b".repeat(50_000),
};
