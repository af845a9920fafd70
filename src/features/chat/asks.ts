import type { AnswerTo, Ask } from "../../protocol/asks.ts";
import type { DraftContext } from "./draftContext.ts";
import { pictureAnswer, type PicturePlaces } from "./pictures.ts";
import type { SlashCommands } from "./slash.ts";

export interface AskDeps {
  readonly context: DraftContext;
  readonly slash: SlashCommands;
  readonly pictures: PicturePlaces;
}

/** Answers a question of the view, or says why it cannot. */
export async function answerAsk(
  ask: Ask,
  deps: AskDeps,
  signal: AbortSignal,
): Promise<{ readonly result?: AnswerTo<Ask["type"]>; readonly error?: string }> {
  switch (ask.type) {
    case "suggest-context":
      return { result: await deps.context.suggest(ask, signal) };
    case "slash-commands":
      return { result: { commands: await deps.slash.list() } };
    case "resolve-places": {
      const { resolvePlaces } = await import("./code/places.ts");
      return { result: { known: await resolvePlaces(ask.places, signal) } };
    }
    case "picture":
      return pictureAnswer(ask.pictureId, deps.pictures);
  }
}
