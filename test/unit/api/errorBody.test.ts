import { describe, expect, it } from "vitest";
import { errorOfResponse, serviceError } from "../../../src/api/errorBody.ts";

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
