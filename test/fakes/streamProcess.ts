/**
 * An extension host in the middle of an answer: a process of its own that streams into the store until it is killed. Tells on
 * standard output how much it has appended. Started by `startStream`.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { OpenMarks } from "../../src/features/chat/openMarks.ts";
import { ConversationStore } from "../../src/features/chat/store.ts";
import { createSharedBoard, type SharedBoard } from "../../src/host/sharedBoard.ts";

export interface StreamPlan {
  readonly folder: string;
}

/** What the process appends, over and over: a log that has lost a part of it does not repeat. */
export function streamed(length: number): string {
  let text = "";
  for (let count = 0; text.length < length; count++) text += `word ${count} `;
  return text.slice(0, length);
}

export function startStream(plan: StreamPlan): ChildProcessByStdio<null, Readable, null> {
  const program = fileURLToPath(import.meta.url);
  const args = ["--disable-warning=MODULE_TYPELESS_PACKAGE_JSON", program, JSON.stringify(plan)];
  return spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
}

function fail(error: unknown): never {
  throw error;
}

/** What the windows of a plan know of each other by. */
export function boardOf({ folder }: StreamPlan): SharedBoard {
  return createSharedBoard({ folder: `${folder}/open`, onError: fail });
}

export function openStore({ folder }: StreamPlan, board: SharedBoard): ConversationStore {
  return new ConversationStore({
    folder,
    workspaceFolder: `${folder}/workspace`,
    memory: { get: () => undefined, set: async () => undefined },
    marks: new OpenMarks(board),
    workplace: undefined,
    onError: fail,
  });
}

async function stream(plan: StreamPlan): Promise<void> {
  const { conversation, log } = await openStore(plan, boardOf(plan)).openCurrent();
  const at = Date.now();
  const question = { role: "user", id: "question", at, text: "Say a lot.", attachments: [] } as const;
  log.append({ type: "created", version: 2, id: conversation.id, at });
  log.append({ type: "user", turn: question, title: "Say a lot." });
  log.append({ type: "answer", id: "answer", at, model: "glm-5.3" });
  const whole = streamed(1_000_000);
  let length = 0;
  setInterval(() => {
    const text = whole.slice(length, length + 400);
    length += text.length;
    log.append({ type: "delta", id: "answer", text, thinking: "" });
    process.stdout.write(`${length}\n`);
  }, 16);
}

const [, program, plan] = process.argv;
if (program === fileURLToPath(import.meta.url) && plan !== undefined) await stream(JSON.parse(plan) as StreamPlan);
