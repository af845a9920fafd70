import { createHash } from "node:crypto";
import path from "node:path";
import { createGovernor, type Governor, type Limits } from "../../api/http/governor.ts";
import { originOf, type Endpoint } from "../../api/platforms.ts";
import { systemClock } from "../../api/transport.ts";
import type { Disposables } from "../../host/disposables.ts";
import type { Log } from "../../host/log.ts";
import { createSharedBoard } from "../../host/sharedBoard.ts";

/** Returns the governor of a host and key, which all windows of the user share through a subfolder of `folder`. */
export function createGovernors(
  folder: string,
  log: Log,
  owner: Disposables,
  limits?: () => Limits,
): (endpoint: Endpoint, apiKey: string | undefined) => Governor {
  const governors = new Map<string, Governor>();

  function create(name: string): Governor {
    const board = createSharedBoard({
      folder: path.join(folder, name),
      onError: (error) => log.warn(`requests of other windows are not counted: ${String(error)}`),
    });
    // Ended in reverse order: the governor before its board.
    owner.add(board);
    return owner.add(createGovernor({ clock: systemClock, limits, board }));
  }

  return (endpoint, apiKey) => {
    const name = queueName(endpoint, apiKey);
    const governor = governors.get(name) ?? create(name);
    governors.set(name, governor);
    return governor;
  };
}

/** A key must not appear in a path: the name cannot be turned back into it. */
function queueName(endpoint: Endpoint, apiKey: string | undefined): string {
  return createHash("sha256")
    .update(`${originOf(endpoint)}\n${apiKey ?? ""}`)
    .digest("hex")
    .slice(0, 16);
}
