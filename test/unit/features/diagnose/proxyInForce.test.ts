import { describe, expect, it } from "vitest";
import { proxyInForce } from "../../../../src/features/diagnose/proxyInForce.ts";
import { noProxy } from "../../../fakes/diagnosis.ts";

const address = "https://api.z.ai/api/paas/v4";
const found = (settings: Partial<typeof noProxy>, where = address) =>
  proxyInForce({ ...noProxy, ...settings }, where).finding;
const proxy = "http://proxy.test:8080";

describe("the proxy in force", () => {
  it("is named with the setting or variable that it comes from", () => {
    expect(found({})).toEqual({ kind: "none" });
    expect(found({ proxy })).toEqual({ kind: "http", origin: proxy, source: "http.proxy" });
    expect(found({ environment: { HTTPS_PROXY: proxy } })).toMatchObject({ source: "HTTPS_PROXY", origin: proxy });
    const both = { environment: { HTTPS_PROXY: "http://other.test", https_proxy: proxy } };
    expect(found(both)).toMatchObject({ source: "https_proxy", origin: proxy });
    expect(found({ proxy, environment: { HTTPS_PROXY: "http://other.test" } })).toMatchObject({ source: "http.proxy" });
    expect(found({ environment: { HTTPS_PROXY: proxy } }, "http://gpu.test/v1")).toEqual({ kind: "none" });
    expect(found({ environment: { ALL_PROXY: proxy } }, "http://gpu.test/v1")).toMatchObject({ source: "ALL_PROXY" });
  });

  it("does not count where it is exempt or switched off", () => {
    expect(found({ proxy, noProxy: ["z.ai"] })).toEqual({ kind: "none", source: "http.proxy", exempt: true });
    expect(found({ proxy, environment: { NO_PROXY: "api.z.ai" } })).toMatchObject({ kind: "none", exempt: true });
    expect(found({ proxy, proxySupport: "off" })).toEqual({ kind: "none", source: "http.proxy", off: true });
  });

  it("keeps its credentials apart from what is shown", () => {
    const made = proxyInForce({ ...noProxy, proxy: "http://jo:pa%20ss@proxy.test:8080" }, address);
    expect(made.finding).toEqual({ kind: "http", origin: proxy, source: "http.proxy", signsIn: true });
    expect(made.proxy?.authorization).toBe(`Basic ${Buffer.from("jo:pa ss").toString("base64")}`);
  });

  it.each([
    ["socks5://proxy.test:1080", "socks"],
    ["http://proxy.test/wpad.pac", "pac"],
    ["ftp://proxy.test", "unknown-proxy"],
    ["http://", "unknown-proxy"],
  ])("of another kind is told apart: %s", (written, kind) => {
    expect(found({ proxy: written })).toEqual({ kind, source: "http.proxy" });
  });
});
