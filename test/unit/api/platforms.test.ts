import { describe, expect, it } from "vitest";
import { customEndpoint, isLoopback, isSecure, officialEndpoint, payAsYouGoFor } from "../../../src/api/platforms.ts";

const hostname = (url: string) => new URL(url).hostname;

describe("pay-as-you-go", () => {
  it("is only an offer for what it has", () => {
    const plan = officialEndpoint("zai-coding");
    expect(payAsYouGoFor(plan, "ocr")).toBe("zai");
    expect(payAsYouGoFor(plan, "speech")).toBeUndefined();
    expect(payAsYouGoFor(officialEndpoint("bigmodel-coding"), "speech")).toBe("bigmodel");
  });

  it("is none where there is no plan", () => {
    const custom = customEndpoint("http://localhost:1/v1", "openai");
    expect(custom && payAsYouGoFor(custom, "ocr")).toBeUndefined();
    expect(payAsYouGoFor(officialEndpoint("zai"), "speech")).toBeUndefined();
  });
});

describe("this machine", () => {
  it.each(["http://localhost/", "http://127.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/"])("is %s", (url) => {
    expect(isLoopback(hostname(url))).toBe(true);
    expect(isSecure(url)).toBe(true);
  });

  it.each(["http://127.0.0.1.nip.io/", "http://localhost.example/", "http://128.0.0.1/", "http://[::2]/"])(
    "is not %s, where plain http would show a key",
    (url) => {
      expect(isLoopback(hostname(url))).toBe(false);
      expect(isSecure(url)).toBe(false);
    },
  );
});
