import type { ToHost } from "../../protocol/messages.ts";
import type { ChatDeps } from "./deps.ts";
import type { ChatSession } from "./session.ts";

type Message = Extract<ToHost, { type: "open-picture" | "save-picture" }>;

/** Opens a picture of the conversation in an editor, or saves it where the user says. */
export async function showPicture(_message: Message, _session: ChatSession, _deps: ChatDeps): Promise<void> {}
