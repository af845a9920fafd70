import type { Clock, Transport } from "../../api/transport.ts";
import type { Exchange } from "../../core/diagnoseFindings.ts";

export interface Recorder {
  readonly transport: Transport;
  /** What was seen of the last answer. Undefined while there is none. */
  last(): Exchange | undefined;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** A transport that notes how its answers arrive. Neither headers nor content are kept but for what `Exchange` names. */
export function record(transport: Transport, clock: Clock): Recorder {
  let last: Writable<Exchange> | undefined;
  return {
    last: () => last,
    async transport(url, init) {
      last = undefined;
      const sent = clock.now();
      const response = await transport(url, init);
      const seen: Writable<Exchange> = {
        status: response.status,
        clockAheadMs: clockAhead(response.headers.get("date"), sent, clock.now()),
        redirectsTo: hostOf(response.headers.get("location"), url),
        encoding: response.headers.get("content-encoding") ?? undefined,
        reads: 0,
        events: 0,
      };
      last = seen;
      if (!response.ok || !response.body) return response;
      const decoder = new TextDecoder();
      const body = response.body.pipeThrough(
        new TransformStream<Uint8Array, Uint8Array>({
          transform(chunk, controller) {
            seen.firstByteMs ??= clock.now() - sent;
            seen.reads += 1;
            seen.events += decoder.decode(chunk, { stream: true }).split(/^data:/m).length - 1;
            controller.enqueue(chunk);
          },
        }),
      );
      const { status, headers } = response;
      return new Response(body, { status, headers });
    },
  };
}

/** Ms by which the server's clock is ahead of ours; it wrote its time somewhere between `sent` and `arrived`. */
function clockAhead(date: string | null, sent: number, arrived: number): number | undefined {
  const time = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(time)) return undefined;
  // The header counts in whole seconds, rounded down.
  const least = time - arrived;
  const most = time + 1000 - sent;
  if (least <= 0 && most >= 0) return 0;
  return least > 0 ? least : most;
}

function hostOf(location: string | null, base: string): string | undefined {
  return location === null ? undefined : (URL.parse(location, base)?.host ?? undefined);
}
