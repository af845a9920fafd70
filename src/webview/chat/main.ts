import { parseToView } from "../../protocol/messages.ts";
import { Memory } from "./memory.ts";
import { Panel } from "./panel.ts";
import { Requests } from "./requests.ts";
import { reduce, type ChatState } from "./state.ts";
import { post, readSaved, writeSaved } from "./vscodeApi.ts";

function start(root: HTMLElement): void {
  const requests = new Requests(post);
  const panel = new Panel(root, new Memory(readSaved(), writeSaved), requests, post);
  let state: ChatState | undefined;
  let frame: number | undefined;
  const show = () => {
    frame = undefined;
    if (state !== undefined) panel.update(state);
  };

  window.addEventListener("message", (event: MessageEvent<unknown>) => {
    const message = parseToView(event.data);
    if (message === undefined) return;
    if (message.type === "response") return requests.receive(message);
    if (message.type === "draft-sent") return panel.forgetDraft(message.text);
    const before = state;
    state = reduce(state, message);
    if (message.type === "snapshot" || message.type === "draft") {
      // Not worth a frame's wait: after these somebody starts to read or type.
      if (frame !== undefined) cancelAnimationFrame(frame);
      show();
      if (message.type === "draft") panel.setDraft(message.text);
    } else if (state !== before) {
      frame ??= requestAnimationFrame(show);
    }
  });
  post({ type: "ready" });
}

const root = document.getElementById("app");
if (root !== null) start(root);
