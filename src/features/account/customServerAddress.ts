import * as vscode from "vscode";
import { customEndpoint } from "../../api/platforms.ts";
import { knownProducts, products } from "../../core/customServer.ts";
import { t } from "../../host/l10n.ts";
import { plainText } from "../../host/plainText.ts";

/** Base URL as it would be saved; undefined for what is no address to send anything to. */
function addressOf(typed: string): string | undefined {
  return customEndpoint(typed, "openai")?.baseUrl;
}

interface AddressItem extends vscode.QuickPickItem {
  /** Undefined: to be typed. */
  readonly baseUrl: string | undefined;
}

/**
 * Offers the address in the settings and where the usual products listen; any other one can be typed right there. Resolves
 * with a base URL, or undefined when the user gave up.
 */
export async function pickAddress(current: string): Promise<string | undefined> {
  const saved = addressOf(current);
  const usual = knownProducts
    .map((id): AddressItem => ({
      label: products[id].name,
      // Nobody should choose that without knowing.
      description: [products[id].baseUrl, id === "chat-proxy" ? t("outside Z.AI's terms") : ""]
        .filter(Boolean)
        .join(" · "),
      baseUrl: products[id].baseUrl,
    }))
    .filter(({ baseUrl }) => baseUrl !== saved);
  const other: AddressItem = { label: t("Other address…"), baseUrl: undefined, alwaysShow: true };
  const listed: readonly AddressItem[] = [
    ...(saved === undefined ? [] : [{ label: saved, description: t("in the settings"), baseUrl: saved }]),
    ...usual,
    other,
  ];
  const pick = vscode.window.createQuickPick<AddressItem>();
  pick.title = t("Address of your server");
  pick.placeholder = t("Choose where your server listens, or type its address");
  pick.matchOnDescription = true;
  pick.ignoreFocusOut = true;
  pick.items = listed;
  pick.onDidChangeValue((typed) => {
    const baseUrl = addressOf(typed);
    pick.items = baseUrl === undefined ? listed : [{ label: t("Use {0}", baseUrl), baseUrl, alwaysShow: true }];
  });
  const accepted = await new Promise<boolean>((resolve) => {
    pick.onDidAccept(() => resolve(true));
    pick.onDidHide(() => resolve(false));
    pick.show();
  });
  const { value: typed, selectedItems } = pick;
  pick.dispose();
  if (!accepted) return undefined;
  // Whoever types fast presses Enter before the list has changed, and does not mean an address that begins alike.
  return addressOf(typed) ?? selectedItems[0]?.baseUrl ?? correctAddress(typed === "" ? "http://localhost:" : typed);
}

/**
 * Asks for an address in a box that holds `address`. `reason`: why it is asked again; shown until the text changes. Resolves
 * with a base URL, or undefined when the user gave up.
 */
export function correctAddress(address: string, reason?: string): Promise<string | undefined> {
  const box = vscode.window.createInputBox();
  box.title = t("Address of your server");
  box.prompt = t("Base URL of an OpenAI-compatible server, for example http://localhost:11434/v1");
  box.ignoreFocusOut = true;
  box.value = address;
  box.valueSelection = [address.length, address.length];
  if (reason !== undefined) {
    box.validationMessage = { message: plainText(reason), severity: vscode.InputBoxValidationSeverity.Warning };
  }
  return new Promise((resolve) => {
    box.onDidChangeValue(() => {
      box.validationMessage = undefined;
    });
    box.onDidAccept(() => {
      const baseUrl = addressOf(box.value);
      if (baseUrl === undefined) {
        box.validationMessage = t("Enter an https address. Plain http is accepted for this machine only.");
        return;
      }
      resolve(baseUrl);
      box.dispose();
    });
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}
