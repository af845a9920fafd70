import MarkdownIt from "markdown-it";
import { expect, it, vi } from "vitest";
import { createStatusItem } from "../../../src/host/statusItem.ts";

const { item } = vi.hoisted(() => ({ item: { text: "", tooltip: { value: "" }, show() {}, hide() {}, dispose() {} } }));

vi.mock("vscode", () => ({
  MarkdownString: class {
    value: string;
    constructor(value = "") {
      this.value = value;
    }
    /** Escapes what VS Code does. */
    appendText(text: string) {
      this.value += text.replace(/[\\`*_{}[\]()#+\-!~]/g, String.raw`\$&`).replaceAll(" ", "&nbsp;");
      return this;
    }
  },
  StatusBarAlignment: { Right: 2 },
  window: { createStatusBarItem: () => item },
}));

it.each(["https://bad.example/a", "http://bad.example", "www.bad.example", "WWW.bad.example", "me@bad.example"])(
  "no text from outside is a link in the tooltip: %s",
  (address) => {
    const view = { icon: "sparkle", text: "", spoken: "", level: "normal" } as const;
    const heading = `model ${address}`;
    createStatusItem("glm.status", "GLM", "glm.menu").show({ ...view, heading, paragraphs: [["one", heading]] });
    const html = new MarkdownIt({ linkify: true }).render(item.tooltip.value);
    expect(html).not.toContain("<a");
    // Nothing of it is lost.
    expect(html.split(heading)).toHaveLength(3);
  },
);
