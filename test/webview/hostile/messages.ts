import type { ToView } from "../../../src/protocol/messages.ts";
import type { AttachmentView, PictureView, TurnView } from "../../../src/protocol/turns.ts";
import { answer, delta, factsOf, snapshot } from "../fixtures.ts";
import type { HostileCase } from "./corpus.ts";

/** Longest text of a label, as the protocol limits it. */
const label = (text: string): string => text.slice(0, 2_000);
const address = (text: string): string => text.slice(0, 4_096);

const attachment = (id: string, text: string): AttachmentView => ({
  id,
  kind: "file",
  label: label(text),
  detail: label(text),
  tokens: 1,
  warning: label(text),
});
const picture = (id: string, text: string): PictureView => ({ id, label: label(text) });

/** Everything that is known about an answer, from a hostile service, model, page and extension. */
const factsFrom = (id: string, text: string) => ({
  model: label(text),
  effort: label(text),
  problem: { text: label(text), details: label(text), actions: [{ id, label: label(text) }] },
  note: { text: label(text), actions: [{ id, label: label(text) }] },
  sources: [
    { title: label(text), href: address(text), site: label(text) },
    { title: label(text), href: "https://good.example/" },
  ],
  step: label(text),
});

/** One conversation whose every text of every turn is the case's: as it is restored from history. */
export function restored(conversationId: string, cases: readonly HostileCase[]): ToView {
  const turns = cases.flatMap(({ name, text }, index): TurnView[] => [
    {
      role: "user",
      id: `user ${name}`,
      text,
      attachments: [attachment(`x${index}`, text)],
      pictures: [picture(`p${index}`, text)],
    },
    answer(text, "cut", { id: `answer ${name}`, thinking: text, ...factsFrom(`f${index}`, text) }),
    { role: "notice", id: `notice ${name}`, text: label(text), details: text },
  ]);
  return snapshot(turns, { conversationId, title: label(cases[0]?.text ?? "") });
}

/** Most frames that a stream of a batch takes: a longer text comes in larger pieces. */
const frames = 40;

/** The same answers as they arrive: all of them at once, one piece of each per frame, most of them a character long. */
export function streamed(conversationId: string, cases: readonly HostileCase[]): ToView[][] {
  const pieces = cases.map(({ name, text }) => ({
    id: `answer ${name}`,
    text,
    size: Math.max(1, Math.ceil(text.length / frames)),
  }));
  const turns = pieces.map(({ id }) => answer("", "answering", { id }));
  const steps: ToView[][] = [[snapshot(turns, { conversationId })]];
  for (let step = 0; step < frames; step++)
    steps.push(
      pieces.flatMap(({ id, text, size }) => {
        const piece = text.slice(step * size, (step + 1) * size);
        return piece === "" ? [] : [delta(piece, piece, id)];
      }),
    );
  steps.push(pieces.map(({ id, text }) => factsOf("failed", factsFrom("f", text), id)));
  return steps;
}

/** What surrounds the turns, from a hostile workspace: the composer, what it offers, the queue and the settings. */
export function surroundings({ name, text }: HostileCase): ToView {
  return snapshot([], {
    conversationId: `around ${name}`.slice(0, 64),
    title: label(text),
    composer: {
      attachments: [attachment("x", text)],
      pictures: [picture("p", text)],
      model: label(text),
      busy: true,
      offer: { label: label(text), detail: label(text) },
      effort: { chosen: "e", levels: [{ id: "e", label: label(text) }] },
      queue: { messages: [{ id: "q", text, extras: 1 }], paused: true },
      starters: [label(text)],
    },
    setup: { hasKey: true, host: label(text), platform: label(text), keyVariables: [label(text)], restricted: true },
  });
}
