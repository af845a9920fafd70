/**
 * Every id that package.json contributes, written once. A test compares both; a forgotten one fails it.
 */

/** Publisher and name, by which VS Code knows the extension. */
export const extensionId = "glm-sidekick.glm-sidekick";

/** Commands we register. `glm.chat.focus` is not here: VS Code makes it for the view of that name. */
export const commands = {
  chatNew: "glm.chat.new",
  setApiKey: "glm.setApiKey",
  clearApiKey: "glm.clearApiKey",
  selectPlatform: "glm.selectPlatform",
  selectModel: "glm.selectModel",
  explain: "glm.explain",
  fix: "glm.fix",
  fixAccept: "glm.fix.accept",
  fixReject: "glm.fix.reject",
  ocr: "glm.ocr",
  generateImage: "glm.generateImage",
  openLastAnswer: "glm.openLastAnswer",
  showLog: "glm.showLog",
} as const;
export type CommandId = (typeof commands)[keyof typeof commands];

export const views = { chat: "glm.chat" } as const;
export const viewContainer = "glm";
/** Made by VS Code for the chat view. */
export const focusChatCommand = "glm.chat.focus";

/** Settings and the type of their values. All are `application` scope: a repository cannot set them. */
export interface Settings {
  "glm.platform": "zai" | "zai-coding" | "bigmodel" | "bigmodel-coding" | "custom";
  "glm.custom.baseUrl": string;
  "glm.custom.dialect": "zai" | "openai";
  "glm.model.chat": string;
  /** Entries for the catalogue of models, as the user wrote them. */
  "glm.model.overrides": readonly unknown[];
  "glm.network.transport": "host" | "undici";
}
export const settingIds = [
  "glm.platform",
  "glm.custom.baseUrl",
  "glm.custom.dialect",
  "glm.model.chat",
  "glm.model.overrides",
  "glm.network.transport",
] as const satisfies readonly (keyof Settings)[];

/** Keys for `when` clauses. */
export const contextKeys = {
  /** A proposed fix is open for review in the active diff. */
  fixReady: "glm.fixReady",
  busy: "glm.chatBusy",
} as const;
export type ContextKey = (typeof contextKeys)[keyof typeof contextKeys];

/** URI schemes of the read-only documents we provide. */
export const schemes = { proposal: "glm-proposal" } as const;
