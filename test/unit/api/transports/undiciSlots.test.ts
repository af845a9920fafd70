import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const file = (path: string) => JSON.stringify(fileURLToPath(new URL(`../../../../${path}`, import.meta.url)));

/** A process in which our module comes first, as it may in an extension host before anyone has used fetch. */
const script = `
  const slots = () => Reflect.ownKeys(globalThis).map(String);
  const before = slots();
  const { createUndiciTransport } = await import(${file("src/api/transports/undici.ts")});
  const added = slots().filter((key) => !before.includes(key));
  const fetchBefore = globalThis.fetch;
  const own = createUndiciTransport();
  const { createServer } = await import("node:http");
  const server = createServer((request, response) => response.end(request.headers["user-agent"]));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = "http://127.0.0.1:" + server.address().port;
  const headers = { "User-Agent": "ours" };
  const ours = await (await own.transport(origin, { headers })).text();
  const { default: Agent } = await import(${file("node_modules/undici/lib/dispatcher/agent.js")});
  const theirs = await (await fetch(origin)).text();
  const dispatchers = Object.getOwnPropertySymbols(globalThis).filter((key) => String(key).includes("undici"));
  const taken = dispatchers.filter((key) => globalThis[key] instanceof Agent).map(String);
  const sameFetch = globalThis.fetch === fetchBefore;
  await own.close();
  server.closeAllConnections();
  server.close();
  console.log(JSON.stringify({ added, ours, theirs, dispatchers: dispatchers.length, taken, sameFetch }));
`;

it("takes nothing over that other extensions share", () => {
  const output = execFileSync(process.execPath, ["--no-warnings", "--input-type=module", "--eval", script], {
    encoding: "utf8",
  });
  expect(JSON.parse(output)).toEqual({
    added: [],
    ours: "ours",
    theirs: "node",
    // Node's own fetch has filled them, and nobody else.
    dispatchers: expect.any(Number),
    taken: [],
    sameFetch: true,
  });
  expect(JSON.parse(output).dispatchers).toBeGreaterThan(0);
});
