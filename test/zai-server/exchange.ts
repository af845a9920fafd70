import type { IncomingMessage, ServerResponse } from "node:http";
import type { Account, Platform } from "./accounts.ts";
import type { Language } from "./errors.ts";
import type { Incoming } from "./incoming.ts";
import type { Faults } from "./scenarios.ts";
import type { State } from "./state.ts";
import type { Endpoint } from "./validate.ts";

/** One request as it arrived, and what became of it. Times are `Date.now()` milliseconds. */
export interface RecordedRequest {
  readonly method: string;
  /** Path with its query. */
  readonly path: string;
  readonly host: string;
  /** Lower-case names; the key is kept, so that tests can see where it went. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON, `{ parts }` of a multipart form (see `RecordedPart`), the text of anything else, or undefined. */
  readonly body: unknown;
  readonly startedAt: number;
  /** Scenarios that were played on it. */
  readonly scenarios: readonly string[];
  status: number | undefined;
  /** Pieces of the answer that have been written so far; of a stream with a pace each is a frame. */
  piecesSent: number;
  finishedAt: number | undefined;
  /** The client closed the socket before the answer was complete. */
  aborted: boolean;
  abortedAt: number | undefined;
}

/** Everything a handler needs to answer one request. */
export interface Exchange extends Incoming {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly recorded: RecordedRequest;
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

/**
 * A part of the API below a base path. `call` is method and path after the base, without the query: `POST /files`.
 * Undefined when the call is not its own.
 */
export type Area = (call: string, exchange: Exchange, account: Account) => Promise<void> | undefined;

/** A part of the API with its own idea of keys. `call` has the whole path: `GET /api/monitor/usage/quota/limit`. */
export type HostArea = (call: string, exchange: Exchange) => Promise<void> | undefined;
