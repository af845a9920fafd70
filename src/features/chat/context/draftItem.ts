import { randomUUID } from "node:crypto";
import type * as vscode from "vscode";
import { estimateTokens } from "../../../api/models/tokenEstimate.ts";
import { findSecret, findSecretInPatch, type SecretFinding, type SecretKind } from "../../../core/contextSecrets.ts";
import type { TextChange } from "../../../core/contextRange.ts";
import type { Attachment } from "../../../core/services.ts";
import { t } from "../../../host/l10n.ts";

/** One chip of the composer: what it is now, and how it is kept up to date until it is sent. */
export interface DraftItem {
  /** The same for the same thing: attaching it again replaces it. Of a part of a file it moves with that part. */
  readonly key: () => string;
  readonly attachment: Attachment;
  /** The file that it is from. */
  readonly uri?: vscode.Uri;
  /** Told of every change of that file in an editor. */
  edited?(changes: readonly TextChange[]): void;
  /** Reads it again. Absent when it is of one moment, such as output; undefined when it is gone. */
  reread?(): Promise<Content | undefined>;
}

/** What is read of a source. */
export type Content = Omit<Attachment, "id" | "tokens" | "warning">;

/**
 * Adds what a chip shows: the count of tokens, and a warning when a secret seems to be in it. Both need the whole text, so
 * that they are made once for each reading.
 * @param path Tells by its name what a file usually holds; empty for what is no file.
 */
export function attachmentOf(content: Content, path = "", id: string = randomUUID()): Attachment {
  const isPatch = content.kind === "diff" || content.kind === "commit";
  const finding = isPatch ? findSecretInPatch(content.text) : findSecret(path, content.text);
  return {
    ...content,
    id,
    tokens: estimateTokens(content.text),
    ...(finding === undefined ? {} : { warning: warningOf(finding) }),
  };
}

function warningOf({ kind, line, file }: SecretFinding): string {
  const what = secretName(kind);
  if (file !== undefined) return t("{0} usually holds {1}. Nothing is taken out before it is sent.", file, what);
  return line === undefined
    ? t("A file of this name usually holds {0}. Nothing is taken out before it is sent.", what)
    : t("Line {0} seems to hold {1}. Nothing is taken out before it is sent.", line, what);
}

function secretName(kind: SecretKind): string {
  switch (kind) {
    case "private-key":
    case "key-file":
      return t("a private key");
    case "api-key":
      return t("an API key");
    case "cloud-key":
      return t("a key to a cloud account");
    case "access-token":
      return t("an access token");
    case "connection-string":
      return t("an address with a password");
    case "password":
      return t("a password or token");
    case "environment-file":
    case "credentials-file":
      return t("passwords or keys");
  }
}
