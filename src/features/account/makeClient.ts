import type { Catalog } from "../../api/models/catalog.ts";
import type { Client } from "../../api/client.ts";
import type { Deadlines } from "../../api/context.ts";
import type { Quirks } from "../../api/chat/fixups.ts";
import type { Governor } from "../../api/http/governor.ts";
import type { Endpoint } from "../../api/platforms.ts";
import type { Transport } from "../../api/transport.ts";
import type { Use } from "../../api/usage/use.ts";
import { loadOnce } from "../../core/loadOnce.ts";
import type { Disposables } from "../../host/disposables.ts";

export interface ClientParts {
  /** Without one the client is only good for what uses no model. */
  readonly governor?: Governor | undefined;
  /** What requests leave by, whatever the settings say. */
  readonly transport?: Transport | undefined;
  /** Whether another key was saved, or this one removed, since the client was made. */
  readonly keyReplaced?: (() => boolean) | undefined;
}

export type MakeClient = (endpoint: Endpoint, apiKey: string | undefined, parts?: ClientParts) => Promise<Client>;

export interface ClientMore {
  readonly onUse?: ((use: Use) => void) | undefined;
  /** Looked up for every client. */
  readonly deadlines?: (() => Partial<Deadlines>) | undefined;
  /** Gets what was learnt, by base URL. */
  readonly learnt?: Map<string, Quirks> | undefined;
}

/**
 * The library is read on first use. All clients share one network, whose connections end with `owner`, and what was learnt
 * about each base URL: the plan and the general endpoint of one host refuse different things (API notes 2.3, 2.4).
 */
export function createClientMaker(
  userAgent: string,
  catalog: () => Promise<Catalog>,
  owner: Disposables,
  more: ClientMore = {},
): MakeClient {
  const networkOnce = loadOnce(async (): Promise<Transport> => (await import("./network.ts")).createNetwork(owner));
  const { learnt = new Map<string, Quirks>() } = more;
  return async (endpoint, apiKey, { governor, transport: own, keyReplaced } = {}) => {
    const [{ createClient }, { createQuirks }, { systemClock }, transport, models] = await Promise.all([
      import("../../api/client.ts"),
      import("../../api/chat/fixups.ts"),
      import("../../api/transport.ts"),
      own ?? networkOnce(),
      catalog(),
    ]);
    const quirks = learnt.get(endpoint.baseUrl) ?? createQuirks();
    learnt.set(endpoint.baseUrl, quirks);
    return createClient({
      endpoint,
      apiKey,
      userAgent,
      transport,
      clock: systemClock,
      governor,
      quirks,
      catalog: models,
      keyReplaced,
      onUse: more.onUse,
      deadlines: more.deadlines?.(),
    });
  };
}
