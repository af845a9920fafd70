/** What the benchmark of hostile content runs inside the panel's page, bundled: shows the page each case of the corpus. */
import type { ToView } from "../../src/protocol/messages.ts";
import { answer, delta, factsOf, snapshot, user } from "../webview/fixtures.ts";
import { batches, hostileCases } from "../webview/hostile/corpus.ts";
import { heavyAnswers } from "../webview/hostile/heavy.ts";
import { restored, streamed } from "../webview/hostile/messages.ts";
import { caseMark } from "./longestTask.ts";

declare global {
  /** Returns how many cases were shown. Each begins with a mark of its name. */
  var showHostile: () => Promise<number>;
}

/** Answers that stream at the same time. */
const together = 20;

let framesAskedFor = 0;
const ask = globalThis.requestAnimationFrame.bind(globalThis);

function countFrames(): void {
  globalThis.requestAnimationFrame = (callback) => {
    framesAskedFor++;
    return ask((time) => {
      framesAskedFor--;
      callback(time);
    });
  };
}

const nextFrame = () => new Promise((resolve) => ask(resolve));

/** Until the view asks for no frame any more, twice: what arrives from the host may ask again. */
async function drawn(): Promise<void> {
  for (let quiet = 0; quiet < 2;) {
    await nextFrame();
    quiet = framesAskedFor === 0 ? quiet + 1 : 0;
  }
}

/** Posts one group of messages per frame. */
async function show(name: string, groups: readonly ToView[][]): Promise<void> {
  performance.mark(caseMark + name);
  for (const group of groups) {
    for (const message of group) window.postMessage(message, "*");
    await nextFrame();
  }
  await drawn();
}

function conversation(conversationId: string, ...turns: ReturnType<typeof answer>[]): ToView[] {
  return [snapshot([user("q"), ...turns], { conversationId })];
}

globalThis.showHostile = async () => {
  countFrames();
  const warm = answer("```ts\nx\n```", "done");
  await show("warm", [[snapshot([user("q"), warm], { conversationId: "warm" })]]);
  for (const one of hostileCases) await show(`restored ${one.name}`, [[restored(`r ${one.name}`, [one])]]);
  for (const cases of batches(together)) {
    const name = `streamed ${cases[0]?.name ?? ""}`;
    await show(name, streamed(name, cases));
  }
  for (const [name, text] of Object.entries(heavyAnswers)) {
    await show(`restored ${name}`, [conversation(`r ${name}`, answer(text, "done"))]);
    await show(`streamed ${name}`, [
      conversation(`s ${name}`, answer("", "answering")),
      [delta(text), factsOf("done")],
    ]);
  }
  globalThis.requestAnimationFrame = ask;
  return hostileCases.length + Object.keys(heavyAnswers).length;
};
