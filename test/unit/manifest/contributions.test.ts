import { describe, expect, it } from "vitest";
import {
  commands,
  contextKeys,
  extensionId,
  schemes,
  settingIds,
  viewContainer,
  views,
} from "../../../src/contributions.ts";
import manifest from "../../../package.json" with { type: "json" };

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
    // The lightbulb needs the first text document; everything else activates by itself.
    expect(manifest.activationEvents).toEqual(["onLanguage"]);
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
});
