import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCA, createCert } from "mkcert";
import { cacheDir } from "./paths.ts";

/** PEM texts of a server certificate, and the file with the authority that signed it. */
export type ServerCertificate = { key: string; cert: string; authorityFile: string };

/**
 * A certificate for the given host names, signed by a private authority made on this machine. Both are generated at
 * the first call and kept in the git-ignored cache for a day; no key is ever part of the repository.
 *
 * Several processes may ask at once, and VS Codes that are open read the authority's file whenever they like: so each
 * authority has a file of its own, and no file is ever seen half written.
 */
export async function certificateFor(hosts: readonly string[]): Promise<ServerCertificate> {
  const stored = join(cacheDir("certificates"), `server-${digest(hosts.join())}.json`);
  const known = read(stored);
  if (known && Date.now() - known.made < 86_400_000) return withAuthorityFile(known);
  const ca = await createCA({
    organization: "GLM Sidekick tests",
    countryCode: "XX",
    state: "none",
    locality: "none",
    validity: 30,
  });
  const { key, cert } = await createCert({ domains: [...hosts], validity: 30, ca });
  const made: Stored = { made: Date.now(), key, cert, authority: ca.cert };
  writeWhole(stored, JSON.stringify(made));
  return withAuthorityFile(made);
}

type Stored = { made: number; key: string; cert: string; authority: string };

function withAuthorityFile({ key, cert, authority }: Stored): ServerCertificate {
  const authorityFile = join(cacheDir("certificates"), `authority-${digest(authority)}.pem`);
  if (!existsSync(authorityFile)) writeWhole(authorityFile, authority);
  return { key, cert, authorityFile };
}

function read(file: string): Stored | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Stored) : undefined;
}

/** Written aside and renamed, so that a reader never sees half a file. */
function writeWhole(file: string, text: string): void {
  const aside = `${file}.${randomBytes(4).toString("hex")}`;
  writeFileSync(aside, text, { mode: 0o600 });
  renameSync(aside, file);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
