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

/** An https server on loopback for the given host names, with a private authority that exists only here. */
export async function startTlsServer(hosts: readonly string[], listener: RequestListener): Promise<TlsServer> {
  const about = { organization: "GLM Sidekick tests", countryCode: "XX", state: "none", locality: "none", validity: 2 };
  const ca = await createCA(about);
  const { key, cert } = await createCert({ domains: [...hosts], validity: 2, ca });
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
