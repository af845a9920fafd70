import { afterEach, describe, expect, it } from "vitest";
import { clientFor, failure } from "../../../fakes/apiClient.ts";
import { sendJson, startApiServer, type ApiServer } from "../../../fakes/apiServer.ts";

let server: ApiServer | undefined;
afterEach(() => server?.close());

describe("the model list", () => {
  it("holds the ids, without repetition and without what is none", async () => {
    server = await startApiServer((_request, response) =>
      sendJson(response, 200, { object: "list", data: [{ id: "glm-5.3" }, { id: 7 }, null, { id: "x" }, { id: "x" }] }),
    );
    expect(await clientFor(server.endpoint()).models()).toEqual(["glm-5.3", "x"]);
    expect(server.received[0]).toMatchObject({ method: "GET", path: "/api/paas/v4/models", body: "" });
  });

  it("tells a wrong key and a body without a list", async () => {
    server = await startApiServer((_request, response, turn) =>
      turn === 0
        ? sendJson(response, 401, { error: { code: "1002", message: "token invalid" } })
        : sendJson(response, 200, {}),
    );
    const client = clientFor(server.endpoint());
    expect((await failure(client.models())).code).toBe("key-rejected");
    expect((await failure(client.models())).code).toBe("invalid-response");
  });

  it("has a total deadline, and can be cancelled", async () => {
    server = await startApiServer((_request, response) => void response.writeHead(200).write("{"));
    const client = clientFor(server.endpoint(), { deadlines: { total: 50 } });
    expect(await failure(client.models())).toMatchObject({ code: "timeout", details: { deadline: "total" } });
    const cancelled = clientFor(server.endpoint()).models({ signal: AbortSignal.timeout(30) });
    expect((await failure(cancelled)).code).toBe("cancelled");
  });
});
