import { attachedPath } from "../../../core/attached.ts";
import type { Attachment } from "../../../core/services.ts";
import { t } from "../../../host/l10n.ts";
import { chooseAnswer } from "../../../host/notify.ts";
import { attachmentOf } from "./draftItem.ts";

/** What comes from elsewhere than a chip has neither been counted nor looked at. */
export function completed(attachment: Attachment): Attachment {
  const { id, tokens, warning: _warning, ...content } = attachment;
  return tokens === undefined ? attachmentOf(content, attachedPath(attachment), id) : attachment;
}

/** Asks once about all that seem to hold a secret. Undefined when the user wants to look again first. */
export async function agreedTo(attachments: readonly Attachment[]): Promise<readonly Attachment[] | undefined> {
  const suspicious = attachments.filter(({ warning }) => warning !== undefined);
  if (suspicious.length === 0) return attachments;
  const [sendAnyway, remove] = [t("Send anyway"), t("Remove and send")];
  const answer = await ask(suspicious, [sendAnyway, remove]);
  if (answer === sendAnyway) return attachments;
  return answer === remove ? attachments.filter(({ warning }) => warning === undefined) : undefined;
}

/** The same for what can only be sent as it is. */
export async function mayBeSent(attachment: Attachment): Promise<boolean> {
  const looked = completed(attachment);
  return looked.warning === undefined || (await ask([looked], [t("Send anyway")])) !== undefined;
}

function ask(suspicious: readonly Attachment[], answers: readonly string[]): Promise<string | undefined> {
  return chooseAnswer(
    suspicious.length === 1
      ? t("{0} may hold a secret. Send it to the model?", suspicious[0]?.label ?? "")
      : t("{0} attachments may hold secrets. Send them to the model?", suspicious.length),
    suspicious.map(({ detail, warning }) => `${detail}\n${warning}`).join("\n\n"),
    answers,
  );
}
