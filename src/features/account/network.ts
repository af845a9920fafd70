import { hostTransport, type Transport } from "../../api/transport.ts";
import type { UndiciTransport } from "../../api/transports/undici.ts";
import { onNetworkChanged, readSetting } from "../../host/config.ts";
import type { Disposables } from "../../host/disposables.ts";

/**
 * The transport that the settings ask for, looked up for every request: a client that was made before a change follows it.
 * There is at most one pool of connections of our own; it is closed, and made anew, when something changes that it was made
 * from.
 */
export function createNetwork(owner: Disposables): Transport {
  let own: Promise<UndiciTransport> | undefined;
  const told = new Set<string>();
  const close = () => {
    void own?.then((transport) => transport.close());
    own = undefined;
  };
  owner.add(onNetworkChanged(close));
  owner.add({ dispose: close });
  return async (url, init) => {
    if (readSetting("glm.network.transport") !== "undici") return hostTransport(url, init);
    own ??= import("./ownNetwork.ts").then(({ openOwnNetwork }) => openOwnNetwork(told));
    return (await own).transport(url, init);
  };
}
