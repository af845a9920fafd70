// Runs beside the packaged extension in the end-to-end tests. It opens a port on loopback where the tests post a
// function body; the body runs with `vscode`, `args` and this extension's `context` in scope, and its result goes back
// as JSON. Only a caller who knows the random token from the environment is heard.
const { timingSafeEqual } = require("node:crypto");
const { renameSync, writeFileSync } = require("node:fs");
const { createServer } = require("node:http");
const vscode = require("vscode");

const AsyncFunction = (async () => {}).constructor;

exports.activate = (context) => {
  const token = process.env.GLM_DRIVER_TOKEN;
  const file = process.env.GLM_DRIVER_FILE;
  if (!token || !file) return;
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", async () => {
      if (!isSame(request.headers.authorization ?? "", `Bearer ${token}`))
        return reply(response, 403, { error: "wrong token" });
      try {
        const { body, args } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
        const value = await new AsyncFunction("vscode", "args", "context", "require", body)(
          vscode,
          args,
          context,
          require,
        );
        reply(response, 200, { value: value === undefined ? null : value });
      } catch (error) {
        reply(response, 500, { error: describe(error) });
      }
    });
  });
  server.listen(0, "127.0.0.1", () => {
    // Written aside and renamed, so that a reader never sees half a file.
    writeFileSync(`${file}.new`, JSON.stringify({ port: server.address().port, pid: process.pid }));
    renameSync(`${file}.new`, file);
  });
  context.subscriptions.push({ dispose: () => server.close() });
};

function reply(response, status, body) {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

function isSame(given, expected) {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

function describe(error) {
  if (!(error instanceof Error)) return String(error);
  const own = error.stack ?? error.message;
  return error.cause === undefined ? own : `${own}\ncaused by ${describe(error.cause)}`;
}
