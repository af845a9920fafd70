import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ConversationEvent } from "../../src/core/conversation.ts";
import { encodeEvent } from "../../src/core/conversationLog.ts";
import { answerText } from "./answerText.ts";
import { openHostedPanel, usableComposer, type HostedPanel } from "./hostedPanel.ts";
import { median, type Metrics } from "./metrics.ts";

const turns = 500;
const answerLength = 1_500;
/** Each is opened once: a conversation that is open already would be shown from memory. */
const conversations = 5;

interface Stored {
  readonly title: string;
  readonly lastTurn: string;
}

/**
 * Time from choosing a conversation of 500 turns in the history until its last turn is drawn and one can type; and what it
 * takes of memory, in the page and in the extension host, once all its turns are there.
 */
export async function turnsMetrics(): Promise<Metrics> {
  const panel = await openHostedPanel();
  try {
    await panel.open();
    const folder = await panel.session.host<string>(
      `return require("node:path").join(context.globalStorageUri.fsPath, "..", "glm-sidekick.glm-sidekick", "conversations")`,
    );
    const workplace = panel.session.workspace ?? "";
    const stored = Array.from({ length: conversations }, (_, index) => store(folder, workplace, index));
    const before = await panel.heap();
    const times: number[] = [];
    let growth = 0;
    for (const [index, conversation] of stored.entries()) {
      times.push(await open(panel, conversation));
      if (index > 0) continue;
      await panel.view
        .locator(".turn")
        .nth(turns - 1)
        .waitFor({ state: "attached" });
      const after = await panel.heap();
      growth = after.page - before.page + after.host - before.host;
    }
    return {
      "chat.500turns.openMs": median(times),
      "chat.500turns.openMs.max": Math.max(...times),
      "chat.500turns.heapMB": growth / 1_000_000,
    };
  } finally {
    await panel.close();
  }
}

/** Writes the log of a conversation, as the extension would have. */
function store(folder: string, workplace: string, index: number): Stored {
  const id = randomUUID();
  const title = `Conversation number ${index}`;
  const at = Date.now() - 1_000_000 * (index + 1);
  const events: ConversationEvent[] = [
    { type: "created", version: 2, id, at, workplace: { name: "bench", uri: `file://${workplace}` } },
  ];
  let last = "";
  for (let turn = 0; turn < turns / 2; turn++) {
    const question = { role: "user", id: randomUUID(), at, text: `Question ${turn}`, attachments: [] } as const;
    events.push({ type: "user", turn: question, ...(turn === 0 ? { title } : {}) });
    last = randomUUID();
    events.push({ type: "answer", id: last, at, model: "bench-model" });
    events.push({ type: "delta", id: last, text: answerText(answerLength), thinking: "" });
    events.push({ type: "facts", id: last, model: "bench-model", status: "done" });
  }
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${id}.jsonl`), events.map(encodeEvent).join(""));
  return { title, lastTurn: last };
}

async function open(panel: HostedPanel, { title, lastTurn }: Stored): Promise<number> {
  const { session } = panel;
  const { page } = session;
  await session.startCommand("glm.chat.history");
  const input = page.locator(".quick-input-widget input").first();
  await input.waitFor();
  await input.fill(title);
  await page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first().waitFor();
  // In the page itself and frame by frame: Playwright looks twice a second at last.
  const shown = (await panel.frame()).waitForFunction(
    ({ turn, composer }) =>
      document.querySelector(turn) && document.querySelector(composer) && performance.timeOrigin + performance.now(),
    { turn: `[data-turn="${lastTurn}"] .markdown:not(.far):not(.plain) h4`, composer: usableComposer },
  );
  const started = performance.timeOrigin + performance.now();
  await page.keyboard.press("Enter");
  return Number(await (await shown).jsonValue()) - started;
}
