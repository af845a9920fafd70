import type { Client } from "../../api/client.ts";
import type { Governor } from "../../api/governor.ts";
import type { Endpoint } from "../../api/platforms.ts";

/** Makes a client; the library is read on first use. Without a governor it is only good for what uses no model. */
export async function makeClient(
  endpoint: Endpoint,
  apiKey: string | undefined,
  userAgent: string,
  governor?: Governor,
): Promise<Client> {
  const [{ createClient }, { hostTransport, systemClock }] = await Promise.all([
    import("../../api/client.ts"),
    import("../../api/transport.ts"),
  ]);
  return createClient({ endpoint, apiKey, userAgent, transport: hostTransport, clock: systemClock, governor });
}
