import { expect } from "vitest";
import { builtInCatalog, type Catalog } from "../../../../src/api/models/catalog.ts";
import { estimateTokens } from "../../../../src/api/models/tokenEstimate.ts";
import type { Client } from "../../../../src/api/client.ts";
import { describeNotes } from "../../../../src/core/answerNotes.ts";
import { describeEnding, describeProblem } from "../../../../src/core/problems.ts";
import type { ViewLabels } from "../../../../src/core/conversationView.ts";
import type { Attachment, Connections, Problem, Problems, Tuning } from "../../../../src/core/services.ts";
import { TokenBudget } from "../../../../src/core/tokenBudget.ts";
import type { Memory } from "../../../../src/features/chat/deps.ts";
import { ChatSession, type SessionDeps } from "../../../../src/features/chat/session.ts";
import { ConversationStore, type StoreOptions } from "../../../../src/features/chat/store.ts";
import { OpenMarks } from "../../../../src/features/chat/openMarks.ts";
import type { ToView } from "../../../../src/protocol/messages.ts";
import { createMemoryBoards } from "../../../fakes/memoryBoards.ts";

const words = (message: string) => message;
const context = { platform: "zai", nameOf: () => "Z.AI", host: "api.z.ai", language: "en" } as const;
export const problems: Problems = {
  describe: (error) => describeProblem(error, context, words),
  describeEnding: (reason, hasText, canThinkLess) => describeEnding(reason, hasText, words, canThinkLess),
  describeNotes: (notes, ending) => describeNotes(notes, ending, "en", words),
  actionLabel: (action) => action,
  run: async () => undefined,
  show: async () => undefined,
};

export const attachedFile: Attachment = {
  id: "f",
  kind: "file",
  label: "a.ts",
  detail: "src/a.ts",
  language: "typescript",
  text: "1",
};

/** What a window remembers. */
export function memoryOf(values = new Map<string, unknown>()): Memory {
  return { get: (key) => values.get(key), set: async (key, value) => void values.set(key, value) };
}

/** Conversations in a folder that is also that of the workspace, which no other window knows. */
export function storeIn(folder: string, options: Partial<StoreOptions> = {}): ConversationStore {
  return new ConversationStore({
    folder,
    workspaceFolder: folder,
    memory: memoryOf(),
    marks: new OpenMarks(createMemoryBoards().window()),
    workplace: undefined,
    onError: () => expect.unreachable("the disk is fine"),
    ...options,
  });
}

export interface SessionOptions {
  /** What the user has to supply first. */
  readonly missing?: Problem | undefined;
  readonly model?: string | undefined;
  readonly tuning?: Tuning | undefined;
  readonly catalog?: Catalog | undefined;
  /** The model that looks at pictures. */
  readonly vision?: string | undefined;
  /** The model that makes summaries; the one that answers, unless told otherwise. */
  readonly background?: string | undefined;
  /** What the session is given beside the usual. */
  readonly more?: ((store: ConversationStore) => Partial<SessionDeps>) | undefined;
}

/** What sessions need, with this client behind them. */
export function sessionDeps(
  client: Client,
  {
    missing,
    model = "glm-5.3",
    tuning = {},
    catalog = builtInCatalog,
    vision = "glm-5.3-flash",
    background = model,
  }: SessionOptions = {},
): SessionDeps {
  const connections: Connections = {
    endpoint: () => client.endpoint,
    platformName: () => "Z.AI",
    missing: async () => missing,
    isReady: async () => missing === undefined,
    ready: () => expect.unreachable(),
    catalog: async () => catalog,
    open: async () => ({
      client,
      catalog,
      tuning,
      modelFor: async (task) => (task === "vision" ? vision : task === "background" ? background : model),
    }),
    servedBy: () => new Map(),
    onDidChange: () => ({ dispose: () => undefined }),
  };
  const labels: ViewLabels = {
    model: (id) => (id === "" ? "Z.AI" : builtInCatalog.modelInfo(id).label),
    action: (action) => action,
    effort: (level) => level,
    notice: (kind) => kind,
    step: (kind) => kind,
  };
  return { connections, problems, budget: new TokenBudget(estimateTokens), language: "en", labels };
}

/** The conversation in use of a folder, or a new one, as the panel opens it; `posted` is what the view is told. */
export async function openSession(client: Client, folder: string, options: SessionOptions = {}) {
  const posted: ToView[] = [];
  const store = storeIn(folder);
  const { conversation, log } = await store.openCurrent();
  const session = new ChatSession({ ...sessionDeps(client, options), ...options.more?.(store) }, conversation, log);
  session.listen({ post: (message) => posted.push(message), resync: () => undefined, changed: () => undefined });
  return { session, posted, store };
}
