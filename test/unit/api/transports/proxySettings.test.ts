import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noProxyMatcher } from "../../../../src/api/transports/noProxy.ts";
import { planProxies, type ProxySettings } from "../../../../src/api/transports/proxySettings.ts";

const defaults: ProxySettings = {
  proxy: "",
  noProxy: [],
  proxySupport: "override",
  proxyAuthorization: "",
  proxyStrictSSL: true,
  proxyKerberosServicePrincipal: "",
  environment: {},
};
const plan = (settings: Partial<ProxySettings>) => planProxies({ ...defaults, ...settings });
const proxyOf = (settings: Partial<ProxySettings>, url = "https://api.z.ai/") => plan(settings).proxyFor(url)?.origin;

const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

describe("the proxy of a request", () => {
  it("is none without settings and variables", () => {
    expect(proxyOf({})).toBeUndefined();
    expect(plan({}).unsupported).toEqual([]);
  });

  it("is that of http.proxy before that of the variables", () => {
    const environment = { HTTPS_PROXY: "http://variable:1" };
    expect(proxyOf({ proxy: " http://setting:2/ ", environment })).toBe("http://setting:2");
    expect(proxyOf({ environment })).toBe("http://variable:1");
  });

  it.each<[string, Record<string, string>, string, string | undefined]>([
    ["https://a.example/", { HTTPS_PROXY: "http://s:1", HTTP_PROXY: "http://p:1", ALL_PROXY: "http://a:1" }, "s", "s"],
    ["http://a.example/", { HTTPS_PROXY: "http://s:1", HTTP_PROXY: "http://p:1", ALL_PROXY: "http://a:1" }, "p", "p"],
    ["https://a.example/", { HTTP_PROXY: "http://p:1", ALL_PROXY: "http://a:1" }, "p", "p"],
    ["https://a.example/", { ALL_PROXY: "http://a:1" }, "a", "a"],
    ["https://a.example/", { https_proxy: "http://lower:1", HTTPS_PROXY: "http://upper:1" }, "lower", "lower"],
    ["https://a.example/", { https_proxy: "", HTTPS_PROXY: "http://upper:1" }, "upper", "upper"],
    ["http://a.example/", { HTTPS_PROXY: "http://s:1" }, "none", undefined],
  ])("of %s with %j is %s", (url, environment, _name, host) => {
    expect(proxyOf({ environment }, url)).toBe(host === undefined ? undefined : `http://${host}:1`);
  });

  it("may be given without a scheme, and be asked over TLS", () => {
    expect(proxyOf({ environment: { HTTPS_PROXY: "proxy.corp:8080" } })).toBe("http://proxy.corp:8080");
    expect(proxyOf({ proxy: "https://proxy.corp" })).toBe("https://proxy.corp");
  });

  it("is none where http.proxySupport is off", () => {
    expect(
      proxyOf({ proxySupport: "off", proxy: "http://a:1", environment: { HTTPS_PROXY: "http://b:1" } }),
    ).toBeUndefined();
    const ignored = { proxySupport: "off", proxy: "socks5://a:1", proxyKerberosServicePrincipal: "x" };
    expect(plan(ignored).unsupported).toEqual([]);
  });

  it.each([
    "http://localhost:8000/",
    "http://api.localhost/",
    "http://127.0.0.1:8000/",
    "http://127.9.9.9/",
    "http://[::1]:8000/",
    "http://[::ffff:127.0.0.1]/",
  ])("is none for this machine: %s", (url) => {
    expect(proxyOf({ proxy: "http://a:1", environment: { HTTP_PROXY: "http://b:1" } }, url)).toBeUndefined();
  });

  it.each(["http://127.0.0.1.nip.io/", "http://127.example.com/", "http://notlocalhost/", "http://[::ffff:7f00]/"])(
    "is not none for what only looks like this machine: %s",
    (url) => {
      expect(proxyOf({ proxy: "http://a:1" }, url)).toBe("http://a:1");
    },
  );

  it("is none where http.noProxy says so, and NO_PROXY where that is empty", () => {
    const proxy = "http://a:1";
    expect(proxyOf({ proxy, noProxy: ["z.ai"] })).toBeUndefined();
    for (const name of ["NO_PROXY", "no_proxy"]) {
      const environment = { [name]: "example.com, z.ai" };
      expect(proxyOf({ proxy, environment })).toBeUndefined();
      expect(proxyOf({ environment: { ...environment, HTTPS_PROXY: proxy } })).toBeUndefined();
      expect(proxyOf({ proxy, noProxy: ["other.com"], environment })).toBe(proxy);
    }
  });

  it("gets the credentials of http.proxyAuthorization, else of its address", () => {
    const authorizationOf = (settings: Partial<ProxySettings>) =>
      plan(settings).proxyFor("https://x.y/")?.authorization;
    expect(authorizationOf({ proxy: "http://a:1" })).toBeUndefined();
    expect(authorizationOf({ proxy: "http://me:p%40ss@a:1" })).toBe(basic("me:p@ss"));
    expect(authorizationOf({ proxy: "http://me@a:1" })).toBe(basic("me:"));
    expect(authorizationOf({ proxy: "http://me:50%@a:1" })).toBe(basic("me:50%"));
    expect(authorizationOf({ proxy: "http://me:pass@a:1", proxyAuthorization: "Bearer t" })).toBe("Bearer t");
    expect(plan({ proxy: "http://me:pass@a:1" }).proxyFor("https://x.y/")?.origin).toBe("http://a:1");
  });
});

describe("what cannot be done", () => {
  it.each([
    ["socks5://a:1", "socks"],
    ["SOCKS://a:1", "socks"],
    ["socks4a://a:1", "socks"],
    ["pac+https://a/x", "pac"],
    ["http://wpad.corp/proxy.pac", "pac"],
    ["file:///etc/proxy.pac", "pac"],
    ["ftp://a:1", "unknown-proxy"],
    ["http://a b", "unknown-proxy"],
  ])("%s is named, and its requests fail instead of going around it", (address, kind) => {
    for (const settings of [{ proxy: address }, { environment: { ALL_PROXY: address } }]) {
      const { proxyFor, unsupported } = plan(settings);
      expect(unsupported).toEqual([kind]);
      expect(() => proxyFor("https://api.z.ai/")).toThrow(
        expect.objectContaining({ code: "ERR_NO_SUPPORTED_PROXIES" }),
      );
      expect(proxyFor("http://localhost/")).toBeUndefined();
    }
  });

  it("is not said of a variable that a setting overrules", () => {
    expect(plan({ proxy: "http://a:1", environment: { ALL_PROXY: "socks5://b:1" } }).unsupported).toEqual([]);
  });

  it("includes Kerberos and certificates that are not to be checked", () => {
    expect(plan({ proxyKerberosServicePrincipal: "HTTP/proxy", proxyStrictSSL: false }).unsupported).toEqual([
      "kerberos",
      "unchecked-certificates",
    ]);
  });
});

describe("an entry of the hosts without a proxy", () => {
  it.each<[string, string, boolean]>([
    ["*", "anything.example", true],
    ["example.com", "example.com", true],
    ["example.com", "api.example.com", true],
    ["example.com", "notexample.com", false],
    ["example.com", "example.com.evil.net", false],
    [".example.com", "api.example.com", true],
    [".example.com", "example.com", true],
    ["*.example.com", "api.example.com", true],
    ["EXAMPLE.com", "example.com", true],
    ["example.com.", "example.com", true],
    ["example.com", "example.com.", true],
    ["example.com:443", "example.com", true],
    ["example.com:8443", "example.com", false],
    ["", "example.com", false],
    [".", "example.com", false],
    ["10.0.0.1", "10.0.0.1", true],
    ["10.0.0.1", "10.0.0.10", false],
    ["10.0.0.1:443", "10.0.0.1", true],
    ["10.0.0.1:80", "10.0.0.1", false],
    ["0.0.1", "10.0.0.1", false],
    ["10.0.0.0/8", "10.200.3.4", true],
    ["10.0.0.0/8", "11.0.0.1", false],
    ["10.0.0.0/99", "10.0.0.1", false],
    ["10.0.0.0/8", "ten.example", false],
    ["fd00::1", "fd00:0:0:0::1", true],
    ["[fd00::1]", "fd00::1", true],
    ["[fd00::1]:443", "fd00::1", true],
    ["[fd00::1]:80", "fd00::1", false],
    ["fd00::/8", "fdab::1", true],
    ["fd00::/8", "fe80::1", false],
    ["fd00::/8", "10.0.0.1", false],
  ])("%s for %s: %s", (entry, hostname, expected) => {
    expect(noProxyMatcher([entry])(hostname, "443")).toBe(expected);
  });

  it("never fails, whatever users type", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.string(), (entries, hostname) => {
        expect(typeof noProxyMatcher(entries)(hostname, "443")).toBe("boolean");
      }),
    );
  });
});
