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
  let disposed = false;
  const told = new Set<string>();
  const open = () => {
    const opening = import("./ownNetwork.ts").then(({ openOwnNetwork }) => openOwnNetwork(told));
    own = opening;
    // What could not be opened is tried again by the next request; this one hears of it.
    opening.catch(() => {
      if (own === opening) own = undefined;
    });
    return opening;
  };
  const close = () => {
    own?.then((transport) => transport.close()).catch(() => {});
    own = undefined;
  };
  owner.add(onNetworkChanged(close));
  owner.add({
    dispose() {
      disposed = true;
      close();
    },
  });
  return async (url, init) => {
    if (readSetting("glm.network.transport") !== "undici") return hostTransport(url, init);
    // Nobody would close what is opened now.
    if (disposed) throw new Error("the extension has been stopped");
    return (await (own ?? open())).transport(url, init);
  };
}
