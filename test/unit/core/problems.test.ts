import { describe, expect, it } from "vitest";
import { ApiError, type ApiErrorCode } from "../../../src/api/errors.ts";
import { describeEnding, describeProblem } from "../../../src/core/problems.ts";
import { ruleWords } from "../../../src/core/ruleWords.ts";
import { chinese, english, inChinese, inEnglish } from "../../fakes/translations.ts";

const context = inEnglish("zai");

const codes: Record<Exclude<ApiErrorCode, "cancelled">, true> = {
  "no-key": true,
  "key-rejected": true,
  "account-blocked": true,
  "no-balance": true,
  "plan-expired": true,
  "plan-lacks-model": true,
  "quota-exhausted": true,
  "fair-use": true,
  busy: true,
  "queue-full": true,
  "model-unknown": true,
  "bad-request": true,
  "too-long": true,
  "content-blocked": true,
  "not-offered": true,
  "wrong-path": true,
  firewall: true,
  redirected: true,
  server: true,
  unreachable: true,
  certificate: true,
  timeout: true,
  "stream-broken": true,
  "invalid-response": true,
  "result-failed": true,
  "result-gone": true,
};

describe("every error", () => {
  it.each(Object.keys(codes) as ApiErrorCode[])("%s says what to do in both languages, on every platform", (code) => {
    for (const platform of ["zai", "zai-coding", "bigmodel", "bigmodel-coding", "custom"] as const) {
      const en = describeProblem(new ApiError(code), inEnglish(platform), english);
      const zh = describeProblem(new ApiError(code), inChinese(platform), chinese);
      expect(en?.text.length).toBeGreaterThan(20);
      expect(en?.text).not.toMatch(/\{\d\}|!|undefined/);
      expect(zh?.text).toMatch(/\p{Script=Han}/u);
      expect(zh?.text).not.toMatch(/\{\d\}|undefined/);
      expect(en?.actions.length).toBeGreaterThan(0);
    }
  });

  it("names the remedy of the one confusion that everybody meets: a plan key on the paid endpoint", () => {
    const problem = describeProblem(new ApiError("no-balance", { serviceCode: "1113", status: 429 }), context, english);
    expect(problem?.text).toContain("Coding Plan");
    expect(problem?.actions[0]).toBe("use-coding-plan");
  });

  it.each(["1001", "1002", "1003", undefined])(
    "does not blame the saved key when the old one was refused: %s",
    (code) => {
      const refused = new ApiError("key-rejected", { serviceCode: code, status: 401, keyReplaced: true });
      for (const platform of ["zai", "custom"] as const) {
        const problem = describeProblem(refused, inEnglish(platform), english);
        expect(problem?.text).toContain("was changed while this was running");
        expect(problem?.actions[0]).toBe("retry");
      }
    },
  );

  it("does not send a plan's owner to the plan when what they agreed to pay for has no balance", () => {
    const onPlan = { ...context, platform: "zai-coding", sentTo: "zai" } as const;
    const problem = describeProblem(new ApiError("no-balance"), onPlan, english);
    expect(problem?.text).toContain("the balance that would pay for it is empty");
    expect(problem?.actions).toEqual(["recharge", "retry"]);
  });

  it("says how long a busy service wants to be left alone, and claims no tries that were not made", () => {
    const busy = new ApiError("busy", { retryAfterSeconds: 90 });
    expect(describeProblem(busy, context, english)?.text).toContain("wait for 2 min");
    expect(describeProblem(new ApiError("busy"), context, english)?.text).toContain("after several tries");
  });

  it("shows when an allowance comes back", () => {
    const resetAt = Date.UTC(2026, 10, 21, 12, 0);
    expect(describeProblem(new ApiError("quota-exhausted", { resetAt }), context, english)?.text).toMatch(/Nov 2[12]/);
  });

  it.each([
    ["idle", "cut off after 90 s without data"],
    ["first-byte", "No answer after 90 s"],
    ["total", "longer than 90 s"],
  ] as const)("says that the limit %s fired, and after how long", (deadline, words) => {
    const timeout = new ApiError("timeout", { deadline, waitedMs: 90_400 });
    expect(describeProblem(timeout, context, english)?.text).toContain(words);
  });

  it("names the field that breaks a rule before the network, and the rule", () => {
    const wrong = new ApiError("bad-request", { field: "duration", rule: "5, 10" });
    expect(describeProblem(wrong, context, english)).toMatchObject({
      text: "The field “duration” is outside what the service accepts (5, 10).",
      details: "error: bad-request\nfield: duration\nrule: 5, 10",
    });
    expect(describeProblem(wrong, inChinese("zai"), chinese)?.text).toBe(
      "字段“duration”超出服务可接受的范围（5, 10）。",
    );
    const ruleless = new ApiError("bad-request", { field: "size" });
    expect(describeProblem(ruleless, context, english)?.text).toContain("Details say what it does accept");
  });

  it.each([
    ["0-1", "0-1"],
    ["pdf, ppt, pptx", "pdf, ppt, pptx"],
    ["1-1000 characters", "1-1000 个字符"],
    ["at most 4", "最多 4"],
    ["at least 1 part", "不能为空"],
    ["not empty", "不能为空"],
    ["first and last frame alike in size", undefined],
  ])("writes the rule %j in Chinese, or leaves it to the details", (rule, words) => {
    expect(ruleWords(rule, "zh-cn", chinese)).toBe(words);
    expect(ruleWords(rule, "de", english)).toBe(rule);
  });

  it("names the platforms that have what is missing here, in the user's language", () => {
    const speech = new ApiError("not-offered", { offeredOn: ["zai", "bigmodel"] });
    expect(describeProblem(speech, inEnglish("zai-coding"), english)?.text).toBe(
      "Z.AI Coding Plan does not offer this. Choose a platform that does: Z.AI pay-as-you-go or BigModel pay-as-you-go.",
    );
    expect(describeProblem(speech, inChinese("zai-coding"), chinese)?.text).toBe(
      "Z.AI Coding Plan 不提供此功能。请换用 Z.AI 按量付费或BigModel 按量付费。",
    );
    const field = new ApiError("not-offered", { field: "watermark_enabled", offeredOn: ["bigmodel"] });
    expect(describeProblem(field, context, english)?.text).toBe(
      "Z.AI pay-as-you-go does not take the field “watermark_enabled”. Choose a platform that does: BigModel pay-as-you-go.",
    );
  });

  it("names the platform that was asked, where a plan's request went beside the plan", () => {
    const gone = new ApiError("model-unknown", { successor: "glm-5.3" });
    const beside = { ...inEnglish("zai-coding"), sentTo: "zai" } as const;
    expect(describeProblem(gone, beside, english)?.text).toBe(
      "Z.AI pay-as-you-go no longer has this model. Choose another one, for example glm-5.3.",
    );
  });

  it("offers no page of an official platform to the user of another server", () => {
    const locked = new ApiError("account-blocked", { serviceCode: "1112" });
    expect(describeProblem(locked, inEnglish("custom"), english)?.actions).toEqual(["custom-settings"]);
    const busy = new ApiError("busy", { serviceCode: "1305" });
    expect(describeProblem(busy, inEnglish("custom"), english)?.actions).toEqual(["retry", "choose-model"]);
  });

  it("prefers the length of a wait to its reason, and a missing key to a wrong one", () => {
    const busy = new ApiError("busy", { serviceCode: "1302", retryAfterSeconds: 90 });
    expect(describeProblem(busy, context, english)?.text).toContain("wait for 2 min");
    const keyless = new ApiError("no-key", { serviceCode: "1001" });
    expect(describeProblem(keyless, context, english)?.text).toContain("Set an API key to start");
  });

  it("is silent about a cancellation and honest about a fault of ours", () => {
    expect(describeProblem(new ApiError("cancelled"), context, english)).toBeUndefined();
    const problem = describeProblem(new TypeError("secret prompt"), context, english);
    expect(problem?.text).toContain("inside the extension");
    expect(JSON.stringify(problem)).not.toContain("secret prompt");
  });

  it("keeps codes and the service's own words in the details", () => {
    const error = new ApiError("bad-request", {
      status: 400,
      serviceCode: "1214",
      serviceMessage: "messages 参数非法",
      host: "api.z.ai",
    });
    expect(describeProblem(error, context, english)?.details).toBe(
      "error: bad-request\nhost: api.z.ai\nHTTP: 400\ncode: 1214\nmessage: messages 参数非法",
    );
  });
});

describe("an ending", () => {
  it("needs words only when it is not a plain one", () => {
    expect(describeEnding("stop", true, english)).toBeUndefined();
    expect(describeEnding("stop", false, english)?.actions).toContain("retry");
    expect(describeEnding("length", false, english)?.text).toContain("thinking");
    expect(describeEnding("length", true, english)?.text).toContain("length limit");
    expect(describeEnding("sensitive", true, english)?.text).toContain("safety");
    expect(describeEnding("repetition", true, english)?.text).toContain("repeated itself");
    expect(describeEnding("context-exceeded", true, english)?.actions[0]).toBe("new-chat");
  });
});
