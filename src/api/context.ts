import type { Catalog } from "./models/catalog.ts";
import type { Quirks } from "./chat/fixups.ts";
import type { Governor } from "./http/governor.ts";
import type { Endpoint } from "./platforms.ts";
import type { Clock, Transport } from "./transport.ts";
import type { Use } from "./usage/use.ts";

/**
 * All limits in ms. Those between two signs of life stay below the 300 s that VS Code's own `fetch` allows, so that ours is
 * the one that fires.
 */
export interface Deadlines {
  /** From sending a chat request to the first byte of its answer (API notes 3.5). Whoever waits sees a clock meanwhile. */
  readonly firstByte: number;
  /** Between two network reads of a stream. Stalls of more than 100 s that recovered have been seen (API notes 3.5). */
  readonly idle: number;
  /** After the finish reason: how long to wait for usage and the terminator before the stream counts as finished. */
  readonly afterFinish: number;
  /** For a chat that is not streamed: a long silence, then everything. */
  readonly whole: number;
  /** For a chat from the question to its end, retries and pauses included. */
  readonly chat: number;
  /** For small questions and answers: model list, status of an image, error bodies. */
  readonly total: number;
  /** For drawing an image, polling included. */
  readonly image: number;
  /** For making a video, polling included: the slowest models need minutes, and queues come on top (API notes 5.3). */
  readonly video: number;
  /** For one piece of audio, either way: 25 MB to send, or the minutes of speech that 1024 characters can become. */
  readonly audio: number;
  /** For downloading a finished picture. */
  readonly download: number;
  /** For downloading a video or a document: 100 MB at 1.5 Mbit/s. */
  readonly largeDownload: number;
  /** 67 MB to send, then about two pages a second, 100 pages at most (API notes 8). */
  readonly ocr: number;
  /** For the whole answer of an agent that is not streamed. */
  readonly agent: number;
  /** For sending a file. */
  readonly upload: number;
  /** For the account's usage: a nicety that nobody should wait for. */
  readonly usage: number;
}

export const defaultDeadlines: Deadlines = {
  firstByte: 280_000,
  idle: 280_000,
  afterFinish: 5_000,
  whole: 280_000,
  chat: 1_800_000,
  total: 60_000,
  image: 600_000,
  video: 1_800_000,
  audio: 180_000,
  download: 120_000,
  largeDownload: 600_000,
  ocr: 300_000,
  agent: 280_000,
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
  /** Decides when a request may start, and is told when the account's pace was refused; without one, all start at once. */
  readonly governor: Governor | undefined;
  /** What is known of models, with the user's own entries. */
  readonly catalog: Catalog;
  /** What this host turned out to want; changes while requests are made. */
  readonly quirks: Quirks;
  /** True when `apiKey` is no longer the one that new clients get. */
  readonly keyReplaced: (() => boolean) | undefined;
  /** Hears what requests used. */
  readonly onUse: ((use: Use) => void) | undefined;
}
