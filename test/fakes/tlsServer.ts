import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { createCA, createCert } from "mkcert";

export interface TlsServer {
  readonly port: number;
  /** PEM text of the private authority that signed its certificate. */
  readonly authority: string;
  /** Connections that were ever accepted. */
  readonly connections: () => number;
  close(): Promise<void>;
}

/**
 * An https server on loopback for the given host names, with a private authority that exists only here.
 * @param flaw of its certificate: `expired` yesterday, or `with-root`: its authority comes along, as company proxies send it.
 */
export async function startTlsServer(
  hosts: readonly string[],
  listener: RequestListener,
  flaw?: "expired" | "with-root",
): Promise<TlsServer> {
  const about = { organization: "GLM Sidekick tests", countryCode: "XX", state: "none", locality: "none", validity: 2 };
  const ca = await createCA(about);
  const validity = flaw === "expired" ? -1 : 2;
  const { key, cert: leaf } = await createCert({ domains: [...hosts], validity, ca });
  const cert = flaw === "with-root" ? `${leaf}${ca.cert}` : leaf;
  let connections = 0;
  const server = createServer({ key, cert }, listener);
  server.on("secureConnection", () => connections++);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    authority: ca.cert,
    connections: () => connections,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}
