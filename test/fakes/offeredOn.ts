import type { Client } from "../../src/api/client.ts";
import { officialEndpoint, type OfficialPlatformId } from "../../src/api/platforms.ts";
import { clientFor, failure } from "./apiClient.ts";

/** "sent" when a call on this platform gets as far as the network, otherwise what holds it back. */
export async function outcomeOn(
  platform: OfficialPlatformId,
  call: (client: Client) => Promise<unknown>,
): Promise<unknown> {
  const client = clientFor(officialEndpoint(platform), { transport: () => Promise.reject(new Error("sent")) });
  const { code, details } = await failure(call(client));
  return code === "unreachable" ? "sent" : { code, field: details.field, offeredOn: details.offeredOn };
}
