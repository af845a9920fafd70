import { partsOf } from "./contextDiff.ts";

/**
 * Tells what is likely to hold a secret before it is sent. It can only warn: nothing is taken out, and what it does not know it
 * lets pass. Rather one warning too few in ordinary code than so many that nobody reads them.
 */

export type SecretKind =
  | "private-key"
  | "api-key"
  | "cloud-key"
  | "access-token"
  | "connection-string"
  | "password"
  | "key-file"
  | "environment-file"
  | "credentials-file";

export interface SecretFinding {
  readonly kind: SecretKind;
  /** 1-based line of the text; absent when the name of the file is what tells. */
  readonly line?: number;
  /** The file whose name tells, where the text is of several. */
  readonly file?: string;
}

/** Names by which tools know files that hold secrets, whatever is in them. Matched against the lower-case last part of a path. */
const names: readonly (readonly [SecretKind, RegExp])[] = [
  // The copies that projects share as a form to be filled in are no secret.
  [
    "environment-file",
    /^(?!.*\.(?:example|sample|template|dist|defaults?|schema)$)(?:\.env(?:\..+)?|\.envrc|.+\.env)$/,
  ],
  ["key-file", /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$|\.(?:pem|key|p12|pfx|ppk|jks|keystore|kdbx|asc|gpg)$/],
  [
    "credentials-file",
    /^(?:\.netrc|_netrc|\.pgpass|\.htpasswd|\.git-credentials|\.pypirc|\.dockercfg|\.s3cfg|\.boto|credentials|credentials\.json|kubeconfig|terraform\.tfstate)$|\.tfvars$|^secrets?\.(?:ya?ml|json|toml|ini|properties)$/,
  ],
];

interface Pattern {
  readonly kind: SecretKind;
  readonly form: RegExp;
  /** A second look at what was found, to leave out what only has the form. */
  readonly isReal?: (found: RegExpExecArray) => boolean;
}

/** What people write where a secret belongs. */
const placeholder =
  /^(?:|[x*._-]+|<.*>|\$.*|%.*%|\{.*\}?|.*(?:example|placeholder|changeme|change[_-]me|dummy|your[_-]|redacted|todo|insert|secret[_-]?here).*|password|passwd|pass|secret|token|user|root|test|postgres|guest|admin|pwd)$/i;

const isOwn = (text: string | undefined): boolean => text !== undefined && !placeholder.test(text);

/** Shapes of secrets (reference: the services' own documents; Z.AI's `id.secret` is from the API notes 1.3). */
const patterns: readonly Pattern[] = [
  { kind: "private-key", form: /-----BEGIN (?:[A-Z0-9]{1,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----/g },
  {
    kind: "api-key",
    form: /(?<![\w.])[0-9a-f]{32}\.([A-Za-z0-9]{12,64})(?![\w.])/gi,
    // A file name with a hash in it ends with a word; a secret is a mix.
    isReal: ([, secret = ""]) => /\d/.test(secret) && /[A-Za-z]/.test(secret),
  },
  { kind: "cloud-key", form: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, isReal: ([found]) => !found.endsWith("EXAMPLE") },
  {
    kind: "cloud-key",
    form: /\baws_?secret_?(?:access_?)?key\b["']?\s{0,4}[=:]\s{0,4}["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])/gi,
    isReal: ([, secret]) => secret?.endsWith("EXAMPLEKEY") === false,
  },
  { kind: "cloud-key", form: /\bAccountKey=[A-Za-z0-9+/]{60,100}={0,2}/g },
  { kind: "cloud-key", form: /\bAIza[\w-]{35}(?![\w-])/g },
  { kind: "access-token", form: /\bgh[pousr]_[A-Za-z0-9]{36,255}\b/g },
  { kind: "access-token", form: /\bgithub_pat_\w{60,255}\b/g },
  { kind: "access-token", form: /\bglpat-[\w-]{20,64}(?![\w-])/g },
  { kind: "access-token", form: /\bxox[abeoprs]-[\w-]{20,255}/g },
  { kind: "access-token", form: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { kind: "access-token", form: /\bhf_[A-Za-z0-9]{30,40}\b/g },
  {
    kind: "access-token",
    form: /:_(?:authToken|auth|password)\s{0,4}=\s{0,4}(\S{8,512})/g,
    isReal: ([, it]) => isOwn(it),
  },
  { kind: "access-token", form: /\beyJ[\w-]{10,2000}\.eyJ[\w-]{10,8000}\.[\w-]{16,2000}/g },
  {
    kind: "access-token",
    form: /\bBearer\s{1,4}([\w.~+/-]{24,2000}=*)/g,
    isReal: ([, it]) => isOwn(it) && isMixed(it),
  },
  {
    kind: "api-key",
    form: /(?<![\w-])sk-([\w-]{20,255})/g,
    isReal: ([, secret]) => isOwn(secret) && isMixed(secret),
  },
  { kind: "api-key", form: /\b[rs]k_live_[0-9A-Za-z]{20,255}\b/g },
  {
    kind: "connection-string",
    form: /\b[a-z][a-z0-9+.-]{1,30}:\/\/[^\s:/@'"`<>]{0,100}:([^\s@/'"`<>]{3,200})@[^\s'"`]/gi,
    isReal: ([, secret]) => isOwn(secret),
  },
  {
    kind: "connection-string",
    form: /\b(?:Server|Data Source|Host)=[^\n;'"]{1,200};[^\n'"]{0,400}?\b(?:Password|Pwd)=([^\s;'"]{3,200})/gi,
    isReal: ([, secret]) => isOwn(secret),
  },
  {
    kind: "password",
    form: /(?:api[_-]?key|secret|token|passwo?r?d|private[_-]?key|access[_-]?key)["']?\s{0,4}[:=]\s{0,4}(["'])([^\s"'`]{12,200})\1/gi,
    isReal: ([, , secret]) => isOwn(secret) && isRandom(secret),
  },
];

/** What is likely to be a secret in a piece of context, the first of it. Undefined when nothing looks like one. */
export function findSecret(path: string, text: string): SecretFinding | undefined {
  const byName = text.trim() === "" ? undefined : kindByName(path);
  if (byName) return { kind: byName };
  let first: SecretFinding | undefined;
  for (const { kind, form, isReal } of patterns) {
    for (const found of text.matchAll(form)) {
      if (isReal?.(found) === false) continue;
      const line = text.slice(0, found.index).split("\n").length;
      // Of one line the pattern that says more precisely what it is; those come first.
      if (first?.line === undefined || line < first.line) first = { kind, line };
      break;
    }
  }
  return first;
}

/** The same for a patch, of whose files each may be known by its name. */
export function findSecretInPatch(patch: string): SecretFinding | undefined {
  for (const file of partsOf(patch).flatMap(({ paths }) => paths)) {
    const kind = kindByName(file);
    if (kind) return { kind, file };
  }
  return findSecret("", patch);
}

function kindByName(path: string): SecretKind | undefined {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  return names.find(([, form]) => form.test(name))?.[0];
}

function isMixed(text: string | undefined): boolean {
  return text !== undefined && /\d/.test(text) && /[A-Za-z]/.test(text);
}

/** Bits of information per character: words have about 3, random letters and digits more than 3.5 from some 16 characters on. */
const leastEntropy = 3.3;

function isRandom(text: string | undefined): boolean {
  if (text === undefined || !isMixed(text)) return false;
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  const shares = [...counts.values()].map((count) => count / text.length);
  return -shares.reduce((sum, share) => sum + share * Math.log2(share), 0) >= leastEntropy;
}
