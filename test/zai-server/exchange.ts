import type { IncomingMessage, ServerResponse } from "node:http";
import type { Platform } from "./accounts.ts";
import type { Language } from "./errors.ts";
import type { Job, PictureStore } from "./images.ts";
import type { Recogniser } from "./recognise.ts";
import type { Faults, ScenarioBook } from "./scenarios.ts";
import type { PrefixCache } from "./tokens.ts";
import type { Endpoint } from "./validate.ts";

/** One request as it arrived, and what became of it. Times are `Date.now()` milliseconds. */
export interface RecordedRequest {
  readonly method: string;
  /** Path with its query. */
  readonly path: string;
  readonly host: string;
  /** Lower-case names; the key is kept, so that tests can see where it went. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, or the text when it was not JSON, or undefined. */
  readonly body: unknown;
  readonly startedAt: number;
  /** Scenarios that were played on it. */
  readonly scenarios: readonly string[];
  status: number | undefined;
  finishedAt: number | undefined;
  /** The client closed the socket before the answer was complete. */
  aborted: boolean;
  abortedAt: number | undefined;
}

/** What requests share until `reset()`. */
export interface State {
  readonly book: ScenarioBook;
  readonly prefixes: PrefixCache;
  readonly jobs: Map<string, Job>;
  readonly pictures: PictureStore;
  readonly recogniser: Recogniser;
  /** request_id values in flight. */
  readonly running: Set<string>;
  /** Requests in flight by key and model. */
  readonly load: Map<string, number>;
  /** Milliseconds between frames of an ordinary stream. */
  readonly paceMs: number;
}

/** Everything a handler needs to answer one request. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly recorded: RecordedRequest;
  readonly body: unknown;
  readonly path: string;
  readonly faults: Faults;
  /** Fires when the client leaves or the simulator closes. */
  readonly signal: AbortSignal;
  readonly state: State;
  readonly language: Language;
  readonly platform: Platform;
  readonly endpoint: Endpoint;
  /** Where result files are served for this caller, without a trailing slash. */
  readonly cdn: string;
}
