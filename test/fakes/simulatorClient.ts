import { connect } from "node:net";
import { Agent, fetch } from "undici";
import type { Client, ClientOptions } from "../../src/api/client.ts";
import { officialEndpoint, type OfficialPlatformId } from "../../src/api/platforms.ts";
import type { Transport } from "../../src/api/transport.ts";
import { bigmodelPaygKey, bigmodelPlanKey, paygKey, planKey } from "../zai-server/accounts.ts";
import type { Simulator } from "../zai-server/server.ts";
import { clientFor } from "./apiClient.ts";

const keys: Readonly<Record<OfficialPlatformId, string>> = {
  zai: paygKey,
  "zai-coding": planKey,
  bigmodel: bigmodelPaygKey,
  "bigmodel-coding": bigmodelPlanKey,
};

/** Leads every host name to the simulator, which tells platforms apart by the Host header. Without TLS. */
export function transportTo({ port }: Simulator): Transport {
  const dispatcher = new Agent({
    connect(_where, done) {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => done(null, socket));
      socket.once("error", (error) => done(error, null));
    },
  });
  return async (url, init) => (await fetch(url, { ...(init as object), dispatcher })) as unknown as Response;
}

/** A client with the true address of a platform and a key that can pay, whose requests the simulator answers. */
export function simulatorClient(
  simulator: Simulator,
  platform: OfficialPlatformId,
  more: Partial<ClientOptions> = {},
): Client {
  return clientFor(officialEndpoint(platform), {
    apiKey: keys[platform],
    transport: transportTo(simulator),
    pollIntervalMs: 20,
    ...more,
  });
}
