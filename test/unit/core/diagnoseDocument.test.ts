import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ApiError } from "../../../src/api/errors.ts";
import { officialEndpoint } from "../../../src/api/platforms.ts";
import { diagnosisDocument, judge } from "../../../src/core/diagnoseDocument.ts";
import type { Findings } from "../../../src/core/diagnoseFindings.ts";
import { key } from "../../fakes/apiClient.ts";
import { surroundingsOf, wording } from "../../fakes/diagnosis.ts";

const about = surroundingsOf(officialEndpoint("zai-coding"));
const certificate = {
  protocol: "TLSv1.3",
  subject: "api.z.ai",
  issuer: "Example Trust (R3)",
  validTo: Date.parse("2027-01-31T12:00:00Z"),
  bundledError: undefined,
  systemError: undefined,
};
const well: Findings = {
  about,
  proxy: { kind: "none" },
  lookup: { ok: true, ms: 3, found: ["203.0.113.7"] },
  connection: { ok: true, ms: 12, found: "203.0.113.7" },
  certificate: { ok: true, ms: 30, found: certificate },
  models: { ms: 90, found: 12, exchange: { status: 200, clockAheadMs: 0, reads: 1, events: 0 } },
  chat: { ms: 900, found: {}, exchange: { status: 200, firstByteMs: 640, reads: 9, events: 12 } },
  chatModel: "glm-5-turbo",
  quota: { ms: 80, found: { quota: undefined } },
  cancelled: false,
};

function read(findings: Findings, language: "en" | "zh-cn" = "en", apiKey = key): string {
  const words = wording(language, findings.about, apiKey);
  return diagnosisDocument(findings, judge(findings, words), "21 Nov 2026", words);
}

describe("the document of a diagnosis", () => {
  it("begins with how many problems there are and what to do first", () => {
    expect(read(well).split("\n\n").slice(0, 3)).toEqual([
      "# GLM connection diagnosis",
      "21 Nov 2026",
      "**No problem was found.**",
    ]);
    const failed = {
      ...well,
      connection: { ok: false, ms: 5000, code: "timeout" },
      certificate: undefined,
      models: { ms: 9, error: new ApiError("unreachable", { systemCode: "ETIMEDOUT" }) },
      chat: undefined,
      quota: undefined,
    } as const;
    const [, , summary, next] = read(failed).split("\n\n");
    expect(summary).toBe("**2 problems: Connection and Model list.**");
    expect(next).toBe(
      "Next step: A firewall may be in the way. Try another network or VPN; if this network wants a proxy, set http.proxy.",
    );
    expect(read(failed, "zh-cn")).toContain("**发现 2 个问题：连接和模型列表。**");
  });

  it("names what is in force, without more of a custom server than its host", () => {
    expect(read(well)).toContain("- Platform: Custom server, https\\://api.z.ai\n");
    const restricted = { ...about, trusted: false, remote: "ssh-remote", isWeb: true };
    const text = read({ ...well, about: restricted });
    for (const line of ["- Window: ssh-remote, in a browser", "- Workspace: Restricted Mode"])
      expect(text).toContain(`${line}\n`);
  });

  it("tells the date of a certificate in the user's language", () => {
    expect(read(well)).toContain("issued by Example Trust (R3) for api.z.ai, valid until Jan 31, 2027.");
    expect(read(well, "zh-cn")).toContain("由 Example Trust (R3) 颁发给 api.z.ai，有效期至 2027年1月31日。");
  });

  it("writes the plan and what is used of it as the verdict on a key does", () => {
    const windows = [
      { kind: "5-hours", name: "", usedPercent: 11.9 },
      { kind: "week", name: "", usedPercent: 42 },
      { kind: "other", name: "VIDEO-LIMIT", span: { count: 3, unit: "month" }, usedPercent: 4 },
    ] as const;
    const findings: Findings = { ...well, quota: { ms: 1, found: { quota: { level: "pro", windows } } } };
    const fact = (language: "en" | "zh-cn") =>
      judge(findings, wording(language, about)).lines.find(({ fact: text }) => text.includes("Pro"))?.fact;
    expect(fact("en")).toBe("Plan Pro; used: 11% of 5 hours, 42% of the week, VIDEO-LIMIT (3 months): 4%.");
    expect(fact("zh-cn")).toBe("套餐 Pro；已用：5 小时 11%，每周 42%，VIDEO-LIMIT（3个月）：4%。");
  });

  const hostile = "[click](command:evil) <img src=x> `code`\n# head *bold* _low_ ~~no~~ | cell";

  it("lets no name from outside become markup", () => {
    const named = { ...well, certificate: { ok: true, ms: 1, found: { ...certificate, issuer: hostile } } } as const;
    const line = read(named)
      .split("\n")
      .find((each) => each.includes("click"));
    expect(line).toContain(
      "\\[click\\](command:evil) \\<img src=x\\> \\`code\\` \\# head \\*bold\\* \\_low\\_ \\~\\~no\\~\\~ \\| cell",
    );
  });

  it("keeps the codes of systems readable", () => {
    const error = "SELF_SIGNED_CERT_IN_CHAIN";
    const unknown = { ...certificate, bundledError: error, systemError: error };
    expect(read({ ...well, models: undefined, certificate: { ok: true, ms: 1, found: unknown } })).toContain(error);
  });

  it("does not hide a key of another shape behind its own escapes", () => {
    const own = "my*key_#1";
    expect(read({ ...well, chatModel: own }, "en", own)).not.toMatch(/my.{0,2}key/);
  });

  it("never holds a key, a token, a password or the user's folder, wherever they may come from", () => {
    const jwt = "eyJhbGciOiJIUzI1NiJ9.eyJhcGlfa2V5IjoiMSJ9.c2lnbmF0dXJl";
    const secrets = fc.constantFrom(
      key,
      `Bearer ${key}`,
      jwt,
      "http://jo:pa55word@proxy.test:8080",
      "/home/jo/project",
      "sk-0123456789abcdef",
    );
    const anywhere = fc
      .tuple(fc.string({ unit: "binary" }), secrets, fc.string({ unit: "binary" }))
      // Only what stands alone is known as a key of this shape.
      .map(([before, secret, after]) => `${before} ${secret} ${after}`);
    fc.assert(
      fc.property(anywhere, fc.constantFrom("en" as const, "zh-cn" as const), (text, language) => {
        const error = new ApiError("server", { status: 500, serviceCode: text, serviceMessage: text, host: text });
        const findings: Findings = {
          ...well,
          about: { ...about, remote: text, system: text },
          proxy: { kind: "http", origin: text, source: text, tunnel: { ok: true, ms: 1, found: 200 } },
          certificate: { ok: true, ms: 1, found: { ...certificate, issuer: text, subject: text, bundledError: text } },
          models: { ms: 1, error, exchange: { status: 302, redirectsTo: text, reads: 0, events: 0 } },
          chat: { ms: 1, found: { answeredBy: text } },
          chatModel: text,
          quota: { ms: 1, found: { quota: { level: text, windows: [{ kind: "other", name: text }] } } },
        };
        const shown = read(findings, language);
        for (const secret of [key, jwt, "pa55word", "/home/jo", "sk-0123456789abcdef"])
          expect(shown).not.toContain(secret);
      }),
    );
  });
});
