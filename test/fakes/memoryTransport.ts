import type { Clock, Transport } from "../../src/api/transport.ts";

/** What a body does next: bytes arrive, nothing happens for some ms, or the connection is lost. */
export type BodyStep = Uint8Array | { readonly stallMs: number } | "reset";

/** A network without sockets: every request is answered with status 200 and a body that follows `steps`. */
export function memoryTransport(clock: Clock, steps: () => readonly BodyStep[]): Transport {
  return (_url, init) => {
    const rest = [...steps()];
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          for (let step = rest.shift(); ; step = rest.shift()) {
            if (step === undefined) return controller.close();
            if (step === "reset") return controller.error(new TypeError("terminated"));
            if (step instanceof Uint8Array) return controller.enqueue(step);
            // As with a real connection, an abort ends the silence.
            await clock.sleep(step.stallMs, init.signal ?? undefined);
          }
        },
      },
      { highWaterMark: 0 },
    );
    return Promise.resolve(new Response(body, { headers: { "Content-Type": "text/event-stream" } }));
  };
}

/** `bytes` cut at the given offsets, whatever their order; empty pieces are left out. */
export function pieces(bytes: Uint8Array, cuts: readonly number[]): Uint8Array[] {
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return edges.slice(1).flatMap((edge, index) => {
    const piece = bytes.subarray(edges[index], edge);
    return piece.length === 0 ? [] : [piece];
  });
}
