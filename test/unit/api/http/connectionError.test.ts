import { describe, expect, it } from "vitest";
import { connectionError } from "../../../../src/api/http/connectionError.ts";

const caused = (cause: unknown) => new TypeError("fetch failed", { cause });

describe("a failed connection", () => {
  it.each([
    [caused({ code: "ENOTFOUND" }), "unreachable", "ENOTFOUND"],
    [caused(new AggregateError([{ code: "ECONNREFUSED" }])), "unreachable", "ECONNREFUSED"],
    [caused({ code: "SELF_SIGNED_CERT_IN_CHAIN" }), "certificate", "SELF_SIGNED_CERT_IN_CHAIN"],
    [caused({ code: "ERR_TLS_CERT_ALTNAME_INVALID" }), "certificate", "ERR_TLS_CERT_ALTNAME_INVALID"],
    [caused({ code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }), "certificate", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    [caused({ code: "INVALID_CA" }), "certificate", "INVALID_CA"],
    [caused({ code: "INVALID_PURPOSE" }), "certificate", "INVALID_PURPOSE"],
    [caused({ code: "PATH_LENGTH_EXCEEDED" }), "certificate", "PATH_LENGTH_EXCEEDED"],
    [new Error("net::ERR_CERT_AUTHORITY_INVALID"), "certificate", "ERR_CERT_AUTHORITY_INVALID"],
    [new Error("net::ERR_NAME_NOT_RESOLVED"), "unreachable", "ERR_NAME_NOT_RESOLVED"],
    [caused({ code: "UND_ERR_HEADERS_TIMEOUT" }), "timeout", "UND_ERR_HEADERS_TIMEOUT"],
    [new TypeError("fetch failed"), "unreachable", undefined],
    ["text", "unreachable", undefined],
  ])("%s", (thrown, code, systemCode) => {
    const error = connectionError(thrown);
    expect([error.code, error.details.systemCode]).toEqual([code, systemCode]);
  });

  it("keeps nothing of the exception's words, which can quote a header", () => {
    const error = connectionError(new TypeError('Headers.append: "Bearer secret" is an invalid header value.'));
    expect(JSON.stringify(error) + String(error) + String(error.cause)).not.toContain("secret");
  });

  it("survives a cause that is its own cause", () => {
    const loop = new Error("round") as Error & { cause?: unknown };
    loop.cause = loop;
    expect(connectionError(loop).code).toBe("unreachable");
  });
});
