import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createCA, createCert } from "mkcert";
import { cacheDir } from "./paths.ts";

/** PEM texts of a server certificate, and the file with the authority that signed it. */
export type ServerCertificate = { key: string; cert: string; authorityFile: string };

/**
 * A certificate for the given host names, signed by a private authority made on this machine. Both are generated at
 * the first call and kept in the git-ignored cache for a day; no key is ever part of the repository.
 */
export async function certificateFor(hosts: readonly string[]): Promise<ServerCertificate> {
  const dir = cacheDir("certificates");
  const authorityFile = join(dir, "authority.pem");
  const stored = join(dir, "server.json");
  const known = read(stored);
  if (known && known.hosts.join() === hosts.join() && Date.now() - known.made < 86_400_000) {
    writeFileSync(authorityFile, known.authority);
    return { key: known.key, cert: known.cert, authorityFile };
  }
  const ca = await createCA({
    organization: "GLM Sidekick tests",
    countryCode: "XX",
    state: "none",
    locality: "none",
    validity: 30,
  });
  const { key, cert } = await createCert({ domains: [...hosts], validity: 30, ca });
  const made: Stored = { hosts: [...hosts], made: Date.now(), key, cert, authority: ca.cert };
  writeFileSync(stored, JSON.stringify(made), { mode: 0o600 });
  writeFileSync(authorityFile, ca.cert);
  return { key, cert, authorityFile };
}

type Stored = { hosts: string[]; made: number; key: string; cert: string; authority: string };

function read(file: string): Stored | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Stored) : undefined;
}
