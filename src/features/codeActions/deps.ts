import type { ChatEntry, Connections, KeptFiles, Problems } from "../../core/services.ts";
import type { Log } from "../../host/log.ts";

export interface CodeActionDeps {
  readonly connections: Pick<Connections, "open">;
  readonly problems: Pick<Problems, "show">;
  readonly chat: ChatEntry;
  readonly kept: KeptFiles;
  readonly log: Pick<Log, "warn">;
}
