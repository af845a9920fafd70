import * as vscode from "vscode";
import type { PlatformId } from "../../api/platforms.ts";
import { readSetting } from "../../host/config.ts";
import { t } from "../../host/l10n.ts";
import type { KeyDeps } from "./keyCommands.ts";
import { switchPlatform } from "./switchPlatform.ts";
import { platformDetail, platformName } from "./platformNames.ts";

const platformIds: readonly PlatformId[] = ["zai-coding", "zai", "bigmodel-coding", "bigmodel", "custom"];

/** Lets the user choose where requests go. A server of one's own has to answer first. */
export async function selectPlatform(deps: KeyDeps): Promise<void> {
  const current = readSetting("glm.platform");
  const chosen = await vscode.window.showQuickPick(
    platformIds.map((id) => ({
      id,
      label: platformName(id, t),
      detail: platformDetail(id, t),
      ...(id === current ? { description: t("in use") } : {}),
    })),
    { title: t("Choose a platform"), matchOnDetail: true },
  );
  if (!chosen) return;
  if (chosen.id === "custom") await (await import("./customServer.ts")).setUpServer(deps);
  else await switchPlatform(chosen.id);
}
