import type { SecretTrouble } from "./keyStore.ts";
import { t } from "./l10n.ts";
import { notify } from "./notify.ts";

/** Tells the user that the secret storage failed, and what to do. */
export function tellSecretTrouble(trouble: SecretTrouble): void {
  void notify(
    "warning",
    trouble === "read"
      ? t(
          "VS Code's secret storage cannot be read, so no saved API key can be used. Unlock the keyring of your system and reload the window, or set the key again for this window.",
        )
      : t(
          "VS Code's secret storage did not take the API key. It is kept until this window closes. Unlock the keyring of your system, then set the key again.",
        ),
  );
}
