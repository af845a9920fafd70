import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { errorOfResponse, serviceError } from "../../../../src/api/http/errorBody.ts";

const read = (body: unknown, status = 400, apiKey: string | undefined = "key") =>
  errorOfResponse(JSON.stringify(body), { status, apiKey });

describe("the error in a body", () => {
  it.each([
    ["standard", { error: { code: "1214", message: "m" } }, "1214"],
    ["number as code", { error: { code: 1302, message: "m" } }, "1302"],
    ["gateway with msg", { code: 1001, msg: "m", success: false }, "1001"],
    ["gateway with message", { code: 1001, message: "m" }, "1001"],
    ["Anthropic route", { type: "error", error: { type: "rate_limit_error", message: "[1113][m][id]" } }, "1113"],
    ["agent", { status: "failed", agent_id: "a", error: { code: "1301", message: "m" } }, "1301"],
    ["vLLM", { object: "error", message: "m", code: 400 }, "400"],
    ["text", { error: "m" }, undefined],
    ["FastAPI", { detail: "m" }, undefined],
  ])("is found in the form: %s", (_name, body, code) => {
    const said = serviceError(body);
    expect(said?.code).toBe(code);
    expect(said?.message).toContain("m");
  });

  it.each([
    ["a chunk", { id: "1", choices: [] }],
    ["a list", { object: "list", data: [] }],
    ["an envelope that says success", { code: 200, message: "ok", data: {} }],
    ["a chunk with an empty error text", { choices: [], error: "" }],
    ["a chunk with an empty error", { choices: [], error: {} }],
    ["a chunk with an error of nulls", { choices: [], error: { code: null, message: null } }],
    ["text", "error"],
    ["nothing", null],
  ])("is not seen in %s", (_name, body) => expect(serviceError(body)).toBeUndefined());
});

it("is an error beside choices when it says something, and without choices also when it does not", () => {
  expect(serviceError({ choices: [], error: { message: "m" } })?.message).toBe("m");
  expect(serviceError({ choices: [], error: { code: 500 } })?.code).toBe("500");
  expect(serviceError({ choices: [], error: "m" })?.message).toBe("m");
  expect(serviceError({ error: {} })).toBeDefined();
});

describe("an ApiError", () => {
  it("knows when an allowance comes back, in the platform's time", () => {
    const error = read({ error: { code: "1308", message: "usage limit reached, resets at 2026-11-22 08:00:00" } }, 429);
    expect(error).toMatchObject({ code: "quota-exhausted", details: { resetAt: Date.UTC(2026, 10, 22) } });
  });

  it("calls a refused request without a key a missing key", () => {
    expect(errorOfResponse("", { status: 401 }).code).toBe("no-key");
    expect(errorOfResponse("", { status: 401, apiKey: "k" }).code).toBe("key-rejected");
  });

  it("uses the status when the service's code is unknown", () => {
    expect(read({ error: { code: "9999", message: "new" } }, 429)).toMatchObject({
      code: "busy",
      details: { serviceCode: "9999" },
    });
    expect(read({ error: { code: "constructor", message: "new" } }, 400).code).toBe("bad-request");
  });

  it("cuts the service's sentence to 500 characters", () => {
    expect(read({ error: { code: "1214", message: "x ".repeat(900) } }).details.serviceMessage).toHaveLength(500);
  });
});

describe("what was sent and comes back in a message", () => {
  const file = createHash("shake256", { outputLength: 90_000 }).update("a scan").digest("base64");
  const prompt = "Read what the doctor wrote in this letter";
  const sentBody = JSON.stringify({
    before: prompt,
    file: `data:image/png;base64,${file}`,
    after: 'Quoth the "raven", 你好 nevermore',
  });
  const shown = (message: string) =>
    errorOfResponse(JSON.stringify({ error: { code: "1214", message } }), { status: 400, sentBody }).details
      .serviceMessage;

  it("is left out around a file, and where a file begins and ends", () => {
    for (const quoted of [prompt, 'Quoth the "raven", 你好 nevermore', file.slice(0, 60), file.slice(-60)])
      expect(shown(`invalid: ${quoted}`)).toBeUndefined();
    const long = "知之为知之，不知为不知，是知也。".repeat(3_000);
    const body = JSON.stringify({ prompt: `${long}this is in the middle of a prompt${long}` });
    const { details } = errorOfResponse('{"error":{"message":"bad: this is in the middle of a prompt"}}', {
      status: 400,
      sentBody: body,
    });
    expect(details.serviceMessage).toBeUndefined();
  });

  it("is not looked for inside a file, which may be 67 MB long", () => {
    const message = `odd id ${file.slice(50_000, 50_060)}`;
    expect(shown(message)).toBe(message);
    expect(shown("the file is damaged")).toBe("the file is damaged");
  });
});
