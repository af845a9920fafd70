import { once } from "node:events";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { Exchange } from "./exchange.ts";
import type { Faults } from "./scenarios.ts";

/** Waits, and rejects at once when the client leaves. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal });
}

/**
 * Sends an answer piece by piece, with the delivery faults of the request.
 * `pace` is the pause in milliseconds after each piece; 0 sends as fast as the socket takes it.
 */
export async function deliver(
  exchange: Exchange,
  status: number,
  headers: Readonly<Record<string, string>>,
  pieces: readonly Buffer[],
  pace = 0,
): Promise<void> {
  const { faults, response, signal, recorded } = exchange;
  await pause(faults.value("stall-first", 60_000) ?? 0, signal);
  const sent = faults.has("gzip") ? slices(gzipSync(Buffer.concat(pieces)), 64) : reshape(pieces, faults);
  const all: Record<string, string> = { ...headers };
  if (faults.has("content-type")) all["Content-Type"] = "text/html;charset=UTF-8";
  if (faults.has("gzip")) all["Content-Encoding"] = "gzip";
  // A length would turn a clean early end into a broken one, so only untouched answers declare theirs.
  if (pieces.length === 1 && faults.names.length === 0) all["Content-Length"] = String(pieces[0]?.length ?? 0);
  recorded.status = status;
  response.writeHead(status, all);
  response.flushHeaders();
  await pause(faults.value("stall-body", 60_000) ?? 0, signal);
  await writeAll(exchange, sent, faults.value("slow", 40) ?? faults.value("drip", 5) ?? pace);
}

async function writeAll(exchange: Exchange, pieces: readonly Buffer[], pace: number): Promise<void> {
  const { faults, response, signal, recorded } = exchange;
  const limit = faults.value("cut", 600) ?? faults.value("cut-clean", 600) ?? Infinity;
  const single = faults.has("bytes") || faults.has("split-utf8");
  const stallAt = faults.has("stall-mid") ? Math.floor(pieces.length / 2) : -1;
  let written = 0;
  for (const [index, piece] of pieces.entries()) {
    signal.throwIfAborted();
    if (index === stallAt) await pause(faults.value("stall-mid", 60_000) ?? 0, signal);
    const rest = limit - written;
    if (piece.length >= rest) {
      await new Promise((done) => response.write(piece.subarray(0, rest), done));
      // A turn of the loop lets the bytes leave before the reset overtakes them.
      await pause(5, signal);
      if (faults.has("cut")) response.destroy();
      else response.end();
      return;
    }
    if (piece.length > 0 && !response.write(piece)) await once(response, "drain", { signal });
    written += piece.length;
    recorded.piecesSent++;
    if (pace > 0 && !faults.has("bytes")) await pause(pace, signal);
    else if (single) await nextTurn();
  }
  response.end();
}

function reshape(pieces: readonly Buffer[], faults: Faults): Buffer[] {
  if (faults.has("burst")) return [Buffer.concat(pieces)];
  if (faults.has("bytes")) return slices(Buffer.concat(pieces), 1);
  if (faults.has("drip")) return slices(Buffer.concat(pieces), 7);
  if (faults.has("split-utf8")) return pieces.flatMap(splitInsideCharacters);
  return [...pieces];
}

function slices(bytes: Buffer, size: number): Buffer[] {
  const result: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) result.push(bytes.subarray(at, at + size));
  return result;
}

function splitInsideCharacters(bytes: Buffer): Buffer[] {
  const result: Buffer[] = [];
  let start = 0;
  for (let at = 0; at < bytes.length; at++) {
    if ((bytes[at] ?? 0) < 0xc0) continue;
    result.push(bytes.subarray(start, at + 1));
    start = at + 1;
  }
  result.push(bytes.subarray(start));
  return result;
}

/** Sends one JSON document. */
export async function sendJson(
  exchange: Exchange,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const bytes = Buffer.from(JSON.stringify(body));
  await deliver(exchange, status, { "Content-Type": "application/json;charset=UTF-8", ...headers }, [bytes]);
}
