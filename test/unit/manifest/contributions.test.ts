import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { platforms } from "../../../src/api/platforms.ts";
import {
  commands,
  contextKeys,
  editorViews,
  extensionId,
  focusChatCommand,
  schemes,
  settingIds,
  viewContainer,
  views,
  walkthrough,
} from "../../../src/contributions.ts";
import manifest from "../../../package.json" with { type: "json" };
import { readJson, root } from "./sourceStrings.ts";

const { contributes } = manifest;
const sorted = (values: Iterable<string>) => [...values].toSorted();

/** Menus that stable VS Code refuses to extensions; the host we test in would show them. */
const proposedMenus = [
  /^scm\/(inputBox|repositories|history|artifact)/,
  /^editor\/content$/,
  /^editor\/context\/(chat|share)$/,
  /^chat\//,
];

describe("package.json", () => {
  it("contributes exactly the ids that the code knows", () => {
    expect(sorted(contributes.commands.map(({ command }) => command))).toEqual(sorted(Object.values(commands)));
    expect(contributes.views.glm.map(({ id }) => id)).toEqual(Object.values(views));
    expect(contributes.viewsContainers.activitybar.map(({ id }) => id)).toEqual([viewContainer]);
    const settings = contributes.configuration.flatMap(({ properties }) => Object.keys(properties));
    expect(sorted(settings)).toEqual(sorted(settingIds));
  });

  it("is the extension that the button for an update opens", () => {
    expect(`${manifest.publisher}.${manifest.name}`).toBe(extensionId);
  });

  it("keeps the ids that users and other extensions may rely on", () => {
    for (const id of [
      "glm.chat.new",
      "glm.setApiKey",
      "glm.clearApiKey",
      "glm.selectModel",
      "glm.explain",
      "glm.fix",
      "glm.ocr",
      "glm.generateImage",
      "glm.showLog",
    ]) {
      expect(Object.values<string>(commands)).toContain(id);
    }
    expect(contributes.views.glm[0]?.id).toBe("glm.chat");
    expect(sorted(contributes.configuration[0]?.properties["glm.platform"]?.enum ?? [])).toEqual(
      sorted(["zai", "zai-coding", "bigmodel", "bigmodel-coding", "custom"]),
    );
  });

  it("lets no workspace set where a key goes", () => {
    for (const { properties } of contributes.configuration) {
      for (const setting of Object.values(properties)) expect(setting.scope).toBe("application");
    }
    expect(manifest.capabilities.untrustedWorkspaces.supported).toBe("limited");
  });

  it("uses stable API only and is not activated by the start of VS Code", () => {
    expect(manifest).not.toHaveProperty("enabledApiProposals");
    // The lightbulb needs the first text document and a tab of ours its content; everything else activates by itself.
    const tabs = Object.values(editorViews).map((type) => `onWebviewPanel:${type}`);
    expect(manifest.activationEvents).toEqual(["onLanguage", ...tabs]);
    for (const menu of Object.keys(contributes.menus)) {
      expect(proposedMenus.filter((proposed) => proposed.test(menu))).toEqual([]);
    }
    expect(manifest.engines.vscode).toBe("^1.106.0");
    expect(manifest.devDependencies["@types/vscode"]).toBe("1.106.0");
  });

  it("names context keys and schemes in `when` clauses as the code does", () => {
    const clauses = JSON.stringify(contributes.menus);
    expect(clauses).toContain(contextKeys.fixReady);
    expect(clauses).toContain(`resourceScheme == ${schemes.proposal}`);
  });

  describe("the walkthrough", () => {
    const [{ id, when, steps } = { id: "", when: "", steps: [] }, ...others] = contributes.walkthroughs;
    const texts = (["package.nls.json", "package.nls.zh-cn.json"] as const).map(readJson);

    it("is one of six steps and is not opened by VS Code when the extension is installed", () => {
      expect([id, others.length, steps.length]).toEqual([walkthrough, 0, 6]);
      // VS Code opens a new one by itself, unless its condition does not hold yet.
      expect(when).toBe(`${contextKeys.hasKey} || view.${views.chat}.visible`);
    });

    it.each(steps)("has one button at least, a picture and a true end in $id", (step) => {
      const known = [...Object.values<string>(commands), focusChatCommand];
      const { keys } = platforms.zai.pages;
      for (const text of texts) {
        const description = text[step.description.slice(1, -1)] ?? "";
        const buttons = description.split("\n").flatMap((line) => /^\[[^\]]+\]\(([^)]+)\)$/.exec(line)?.[1] ?? []);
        expect(buttons.length).toBeGreaterThan(0);
        for (const target of buttons) {
          if (target.startsWith("command:")) expect(known).toContain(target.slice("command:".length));
          else expect([keys, platforms.bigmodel.pages.keys]).toContain(target);
        }
        for (const event of step.completionEvents) {
          const [kind = "", target = ""] = event.split(/:(.*)/);
          if (kind === "onLink") expect(buttons).toContain(target);
          else if (kind === "onCommand") expect(buttons).toContain(`command:${target}`);
          else expect([kind, Object.values<string>(contextKeys).includes(target)]).toEqual(["onContext", true]);
        }
      }
      const picture = path.join(root, step.media.svg);
      expect(existsSync(picture)).toBe(true);
      const svg = readFileSync(picture, "utf8");
      // Drawn in the theme's colours, and without words: one picture serves every theme and language.
      expect(svg).not.toMatch(/<(text|style|script|image|foreignObject)\b|style=|href=|#[0-9a-f]{6}/i);
      const paints = [...svg.matchAll(/(?:fill|stroke)="([^"]*)"/g)].map(([, paint]) => paint ?? "");
      expect(paints.filter((paint) => !/^(none|#000|var\(--vscode-.*\))$/.test(paint))).toEqual([]);
    });
  });
});
