import type { ToHost } from "../../protocol/messages.ts";
import type { Strings } from "../../protocol/strings.ts";
import type { Clock } from "./clock.ts";
import type { Formulas } from "./formulas.ts";
import type { MarkdownLoader } from "./markdownLoader.ts";
import type { Memory } from "./memory.ts";
import type { RenderQueue } from "./renderQueue.ts";
import type { NearView } from "./nearView.ts";
import type { KnownPlaces } from "./placeLinks.ts";
import type { Requests } from "./requests.ts";

/** What the parts of the view share; made once per snapshot of another conversation. */
export interface ViewContext {
  readonly strings: Strings;
  /** BCP 47 tag for numbers. */
  readonly language: string;
  readonly conversationId: string;
  readonly clock: Clock;
  readonly queue: RenderQueue;
  readonly markdown: MarkdownLoader;
  readonly formulas: Formulas;
  readonly near: NearView;
  readonly places: KnownPlaces;
  readonly memory: Memory;
  readonly requests: Requests;
  post(message: ToHost): void;
  /** Speaks to a screen reader, politely. */
  say(text: string): void;
}
