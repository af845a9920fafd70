import type { ToHost } from "../../protocol/messages.ts";
import type { ChatDeps } from "./deps.ts";
import type { ChatSession } from "./session.ts";

export type CodeMessage = Extract<
  ToHost,
  { type: "insert" | "apply-code" | "new-file" | "run-in-terminal" | "preview-markdown" | "open-place" }
>;

/** Does what a button of a code block says, or opens a place that an answer names. Always a click of the user. */
export async function handleCode(message: CodeMessage, session: ChatSession, deps: ChatDeps): Promise<void> {
  switch (message.type) {
    case "insert": {
      const { insertCode } = await import("./code/insertCode.ts");
      return insertCode(message.text);
    }
    case "apply-code": {
      const { applyCode } = await import("./code/applyCode.ts");
      return applyCode({ ...message, attached: session.attachedPaths() }, deps.reviews);
    }
    case "new-file": {
      const { newFile } = await import("./code/newFile.ts");
      return newFile(message.text, message.language);
    }
    case "run-in-terminal": {
      const { runInTerminal } = await import("./code/runInTerminal.ts");
      return runInTerminal(message.text);
    }
    case "preview-markdown": {
      const { previewMarkdown } = await import("./code/previewMarkdown.ts");
      return previewMarkdown(message.text);
    }
    case "open-place": {
      const { openPlace } = await import("./code/places.ts");
      return openPlace(message.place);
    }
  }
}
