import { offers, payAsYouGoFor, type Capability } from "../../../api/platforms.ts";
import type { Connection } from "../../../core/services.ts";
import { countdown } from "../../../core/waiting.ts";
import { t } from "../../../host/l10n.ts";
import { withProgress, type Task } from "../../../host/progress.ts";
import type { SourceDeps } from "./source.ts";

type Deps = Pick<SourceDeps, "connections" | "problems">;

/** Whether the service has it, be it at the price of the balance. A server of the user's own is taken at its word. */
export function isOffered({ connections }: Deps, capability: Capability): boolean {
  const endpoint = connections.endpoint();
  return endpoint !== undefined && (offers(endpoint, capability) || payAsYouGoFor(endpoint, capability) !== undefined);
}

/**
 * Asks the service for something from the web, with a clock and Cancel. A plan does not include it: the user is asked before the
 * balance is billed. Undefined when the user gave up or it failed, which has then been said.
 */
export async function fromWeb<Result>(
  { connections, problems }: Deps,
  capability: Capability,
  title: string,
  fetch: (connection: Connection, options: Parameters<Connection["client"]["readPage"]>[1]) => Promise<Result>,
): Promise<Result | undefined> {
  const connection = await connections.open(capability);
  if (!connection) return undefined;
  const outcome = await withProgress(title, (task) => attempt(task, (options) => fetch(connection, options)));
  if ("result" in outcome) return outcome.result;
  if ("error" in outcome) {
    let again: Result | undefined;
    const retry = async () => {
      again = await fromWeb({ connections, problems }, capability, title, fetch);
    };
    await problems.show(outcome.error, retry, connection.client.endpoint);
    return again;
  }
  return undefined;
}

type Outcome<Result> = { readonly result: Result } | { readonly error: unknown } | { readonly cancelled: true };

async function attempt<Result>(
  task: Task,
  fetch: (options: Parameters<Connection["client"]["readPage"]>[1]) => Promise<Result>,
): Promise<Outcome<Result>> {
  const { signal } = task;
  try {
    return { result: await fetch({ signal, onWait: (event) => task.report(countdown(event, "", t)) }) };
  } catch (error) {
    return signal.aborted ? { cancelled: true } : { error };
  }
}
