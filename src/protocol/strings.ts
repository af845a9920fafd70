import * as v from "valibot";

/**
 * Words of the chat webview in English. The host sends the table translated, because a webview cannot reach VS Code's
 * localisation. `{0}` is replaced by `fill`. The l10n test reads this table too.
 */
export const englishStrings = {
  you: "You",
  composerLabel: "Message",
  composerPlaceholder: "Ask about your code…",
  send: "Send",
  stop: "Stop",
  retry: "Retry",
  copy: "Copy",
  copied: "Copied",
  copyAnswer: "Copy answer",
  copyCode: "Copy code block {0}",
  insertCode: "Insert code block {0} at cursor",
  details: "Details",
  pickModel: "Model: {0}. Choose another",
  chooseModel: "Choose a model",
  removeAttachment: "Remove {0}",
  attachments: "Attached context",
  thinking: "Thinking…",
  thinkingFor: "Thinking… {0}",
  thoughtFor: "Thought for {0}",
  thought: "Thinking",
  waiting: "Waiting for the first word… {0}",
  waitingLong: "Still waiting for {0}. Large models can take a minute or more. {1}",
  resumesBusy: "The service is busy. Trying again in {0}.",
  resumesServer: "The service had an error. Trying again in {0}.",
  resumesUnreachable: "The service cannot be reached. Trying again in {0}.",
  queued: "Waiting for another GLM request to finish…",
  stopped: "Stopped. What arrived is kept.",
  interrupted: "The answer was interrupted. What arrived is kept.",
  seconds: "{0} s",
  minutes: "{0} min {1} s",
  usage: "{0} in · {1} cached · {2} out",
  jumpToLatest: "Jump to latest",
  conversation: "Conversation",
  turnYou: "Your message",
  turnAnswer: "Answer from {0}",
  emptyTitle: "Ask about your code",
  emptyHint: "Select code and choose GLM: Explain or GLM: Fix from the context menu, or ask here.",
  starterExplain: "What does the open file do?",
  starterBugs: "Look for bugs in the open file",
  starterTests: "Suggest tests for the open file",
  noKeyTitle: "Set an API key to start",
  noKeyText: "It is kept in VS Code's secret storage and sent only to {0}.",
  notSynced: "Keys are not synced between machines: one that you use elsewhere has to be set here, too.",
  setKey: "Set API key",
  importKey: "Use {0} from the environment",
  importSomeKey: "Use a key from the environment",
  getKey: "Get a key",
  getStarted: "Get started, step by step",
  noAddressTitle: "Set the address of your server",
  noAddressText:
    "It begins with https://, or with http:// on this machine. A key is only needed if your server asks for one.",
  setUpServer: "Set up server",
  choosePlatform: "Choose platform",
  restricted: "Restricted Mode: nothing is written to this folder.",
  manageTrust: "Manage trust",
  answerFinished: "Answer finished",
  answerStarted: "Answer started",
  imageNotShown: "Image not loaded: {0}",
  plainText: "text",
} as const;

export type StringKey = keyof typeof englishStrings;
export type Strings = Readonly<Record<StringKey, string>>;

export const stringsSchema = v.record(v.string(), v.pipe(v.string(), v.maxLength(500)));

/** Replaces `{0}`, `{1}` … by `values`. */
export function fill(template: string, ...values: readonly (string | number)[]): string {
  return template.replace(/\{(\d)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}
