import type { Quirks } from "./fixups.ts";
import type { Endpoint } from "./platforms.ts";
import type { Clock, Transport } from "./transport.ts";

/** All limits in ms. They stay below the 300 s that VS Code's own `fetch` allows, so that ours is the one that fires. */
export interface Deadlines {
  /** From sending a chat request to the first byte of its answer. */
  readonly firstByte: number;
  /** Between two network reads of a stream. Stalls of 100 s that recovered have been seen (API notes 3.5). */
  readonly idle: number;
  /** After the finish reason: how long to wait for usage and the terminator before the stream counts as finished. */
  readonly afterFinish: number;
  /** For small questions and answers: model list, status of an image, error bodies. */
  readonly total: number;
  /** For drawing an image, polling included. */
  readonly image: number;
  /** For downloading a finished image. */
  readonly download: number;
  readonly ocr: number;
  /** For sending a file. */
  readonly upload: number;
  /** For the account's usage: a nicety that nobody should wait for. */
  readonly usage: number;
}

export const defaultDeadlines: Deadlines = {
  firstByte: 120_000,
  idle: 180_000,
  afterFinish: 5_000,
  total: 60_000,
  image: 600_000,
  download: 120_000,
  ocr: 300_000,
  upload: 300_000,
  usage: 10_000,
};

/** What every request of one client shares. */
export interface ClientContext {
  readonly endpoint: Endpoint;
  readonly apiKey: string | undefined;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly userAgent: string;
  readonly deadlines: Deadlines;
  readonly pollIntervalMs: number;
  /** 0 to 1, for jitter. */
  readonly random: () => number;
  /** What this service turned out not to accept; changes while the client lives. */
  readonly quirks: Quirks;
}
