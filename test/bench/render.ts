import { answerText } from "./answerText.ts";
import { median, type Metrics } from "./metrics.ts";
import { inPanelWith } from "./pageScript.ts";

const length = 60_000;
const pieces = 5_000;
/** The machine is slower at times, which a ratio of few would show. */
const rounds = 31;

/** The peer need not come to its end: what it has taken until then is too much. */
const patienceMs = 120_000;

/**
 * Time that the page is busy with an answer of 60 kB in 5,000 pieces, beside a view that renders the whole answer again for
 * each; and what twice as much costs. Runs in the panel's own page, with its styles, inside VS Code. A peer that has not drawn
 * all pieces after two minutes is counted with what it has taken, and `render.fullRerenderPieces` says how far it came: the
 * ratio is then at least the one that is given.
 */
export function renderMetrics(): Promise<Metrics> {
  return inPanelWith("renderEntry.ts", async (frame) => {
    const draw = (times: number) => frame.evaluate((what) => globalThis.drawOurs(what), piecesOf(times));
    await draw(1);
    const once: number[] = [];
    const twice: number[] = [];
    let text = "";
    for (let round = 0; round < rounds; round++) {
      const drawn = await draw(1);
      once.push(drawn.ms);
      text = drawn.text;
      twice.push((await draw(2)).ms);
    }
    const peer = await frame.evaluate(({ what, limit }) => globalThis.drawPeer(what, limit), {
      what: piecesOf(1),
      limit: patienceMs,
    });
    if (words(text) !== words(peer.text)) throw new Error("the two did not draw the same");
    return {
      "render.vsFullRerender": peer.ms / median(once),
      "render.growth": median(twice) / median(once),
      "render.oursMs": median(once),
      "render.fullRerenderMs": peer.ms,
      "render.fullRerenderPieces": peer.pieces,
    };
  });
}

function piecesOf(times: number): string[] {
  const text = answerText(length * times);
  const size = length / pieces;
  const cut = Array.from({ length: pieces * times }, (_, index) => text.slice(index * size, (index + 1) * size));
  return [...cut, "\n\nThat is all."];
}

function words(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
