/**
 * Every id that package.json contributes, written once. A test compares both; a forgotten one fails it.
 */

/** Publisher and name, by which VS Code knows the extension. */
export const extensionId = "glm-sidekick.glm-sidekick";

/** Commands we register. `glm.chat.focus` is not here: VS Code makes it for the view of that name. */
export const commands = {
  chatNew: "glm.chat.new",
  chatHistory: "glm.chat.history",
  chatOpenInEditor: "glm.chat.openInEditor",
  chatRename: "glm.chat.rename",
  chatExport: "glm.chat.export",
  chatImport: "glm.chat.import",
  suggestTitle: "glm.chat.suggestTitle",
  setApiKey: "glm.setApiKey",
  clearApiKey: "glm.clearApiKey",
  importApiKey: "glm.importApiKey",
  checkKey: "glm.checkKey",
  selectPlatform: "glm.selectPlatform",
  selectModel: "glm.selectModel",
  explain: "glm.explain",
  fix: "glm.fix",
  addSelection: "glm.addSelection",
  addFile: "glm.addFile",
  addTerminalOutput: "glm.addTerminalOutput",
  fixAccept: "glm.fix.accept",
  fixReject: "glm.fix.reject",
  ocr: "glm.ocr",
  generateImage: "glm.generateImage",
  openLastAnswer: "glm.openLastAnswer",
  openPromptFiles: "glm.openPromptFiles",
  useCommitMessage: "glm.useCommitMessage",
  showUsage: "glm.showUsage",
  diagnose: "glm.diagnose",
  menu: "glm.menu",
  openWalkthrough: "glm.openWalkthrough",
  openSettings: "glm.openSettings",
  showLog: "glm.showLog",
} as const;
export type CommandId = (typeof commands)[keyof typeof commands];

export const views = { chat: "glm.chat" } as const;
/** Kinds of editor tabs that we fill. */
export const editorViews = { chat: "glm.chat.tab" } as const;
export const viewContainer = "glm";
export const walkthrough = "glm.start";
/** Made by VS Code for the chat view. */
export const focusChatCommand = "glm.chat.focus";

/** A model's id, or "auto" (also when left empty). */
type ModelSetting = string;

/** Settings and the type of their values. All are `application` scope: a repository cannot set them. */
export interface Settings {
  "glm.platform": "zai" | "zai-coding" | "bigmodel" | "bigmodel-coding" | "custom";
  "glm.model.chat": ModelSetting;
  "glm.model.edit": ModelSetting;
  "glm.model.vision": ModelSetting;
  "glm.model.ocr": ModelSetting;
  "glm.model.image": ModelSetting;
  "glm.model.background": ModelSetting;
  /** Entries for the catalogue of models, as the user wrote them. */
  "glm.model.overrides": readonly unknown[];
  "glm.request.thinking": "auto" | "on" | "off";
  "glm.request.effort": "auto" | "low" | "medium" | "high" | "max";
  /** Tokens. */
  "glm.request.maxTokens": number | null;
  "glm.request.temperature": number | null;
  "glm.request.topP": number | null;
  "glm.network.transport": "host" | "undici";
  /** Seconds. */
  "glm.network.timeout": number;
  "glm.network.parallelRequests": number;
  "glm.network.queueSize": number;
  "glm.usage.quota": boolean;
  "glm.custom.baseUrl": string;
  "glm.custom.dialect": "zai" | "openai";
  "glm.custom.reasoning": "none" | "chat_template_kwargs" | "reasoning-bool" | "reasoning_effort" | "zai";
  /** As the user wrote it. */
  "glm.custom.extraBody": unknown;
  /** As the user wrote it. */
  "glm.custom.extraHeaders": unknown;
}
export const settingIds = [
  "glm.platform",
  "glm.model.chat",
  "glm.model.edit",
  "glm.model.vision",
  "glm.model.ocr",
  "glm.model.image",
  "glm.model.background",
  "glm.model.overrides",
  "glm.request.thinking",
  "glm.request.effort",
  "glm.request.maxTokens",
  "glm.request.temperature",
  "glm.request.topP",
  "glm.network.transport",
  "glm.network.timeout",
  "glm.network.parallelRequests",
  "glm.network.queueSize",
  "glm.usage.quota",
  "glm.custom.baseUrl",
  "glm.custom.dialect",
  "glm.custom.reasoning",
  "glm.custom.extraBody",
  "glm.custom.extraHeaders",
] as const satisfies readonly (keyof Settings)[];

/** Keys for `when` clauses. */
export const contextKeys = {
  /** A proposed fix is open for review in the active diff. */
  fixReady: "glm.fixReady",
  busy: "glm.chatBusy",
  /** A key is saved for the platform in force, or none is needed. */
  hasKey: "glm.hasKey",
  /** The chat has answered at least once. */
  hasAnswer: "glm.hasAnswer",
} as const;
export type ContextKey = (typeof contextKeys)[keyof typeof contextKeys];

/** URI schemes of the read-only documents we provide. */
export const schemes = { proposal: "glm-proposal", usage: "glm-usage", preview: "glm-preview" } as const;
