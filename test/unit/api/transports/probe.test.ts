import { expect, it } from "vitest";
import { readCertificate } from "../../../../src/api/transports/probe.ts";
import { startTlsServer } from "../../../fakes/tlsServer.ts";

it("reads a certificate where the system's authorities cannot be read", async () => {
  const server = await startTlsServer(["127.0.0.1"], () => {});
  const target = { hostname: "127.0.0.1", port: server.port };
  const bounds = { limitMs: 10_000, signal: new AbortController().signal };
  const seen = await readCertificate(target, undefined, undefined, bounds);
  await server.close();
  const error = "UNABLE_TO_VERIFY_LEAF_SIGNATURE";
  expect(seen).toMatchObject({
    ok: true,
    found: { issuer: "GLM Sidekick tests", bundledError: error, systemError: error },
  });
});
