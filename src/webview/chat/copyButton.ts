import type { ViewContext } from "./context.ts";
import { createIconButton, iconClass } from "./icons.ts";

/** Copies through the host, whose clipboard needs no permission, and shows for a moment that it has. */
export function createCopyButton(name: string, text: () => string, context: ViewContext): HTMLButtonElement {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const button = createIconButton("copy", name, () => {
    context.post({ type: "copy", text: text() });
    context.say(context.strings.copied);
    const icon = button.firstElementChild;
    if (icon === null) return;
    icon.className = iconClass("check");
    clearTimeout(timer);
    timer = setTimeout(() => (icon.className = iconClass("copy")), 2000);
  });
  return button;
}
