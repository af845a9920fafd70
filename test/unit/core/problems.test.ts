import { describe, expect, it } from "vitest";
import { ApiError, type ApiErrorCode } from "../../../src/api/errors.ts";
import { describeEnding, describeProblem, type ProblemContext } from "../../../src/core/problems.ts";
import { fill } from "../../../src/protocol/strings.ts";
import { readJson } from "../manifest/sourceStrings.ts";

const chineseTable = readJson("l10n/bundle.l10n.zh-cn.json");
const english = (message: string, ...values: (string | number)[]) => fill(message, ...values);
const chinese = (message: string, ...values: (string | number)[]) => fill(chineseTable[message] ?? "", ...values);

const context: ProblemContext = {
  platform: "zai",
  platformName: "Z.AI pay-as-you-go",
  host: "api.z.ai",
  language: "en",
};

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
};

describe("every error", () => {
  it.each(Object.keys(codes) as ApiErrorCode[])("%s says what to do in both languages, on every platform", (code) => {
    for (const platform of ["zai", "zai-coding", "bigmodel", "bigmodel-coding", "custom"] as const) {
      const en = describeProblem(new ApiError(code), { ...context, platform }, english);
      const zh = describeProblem(new ApiError(code), { ...context, platform, language: "zh-cn" }, chinese);
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
    expect(describeProblem(new ApiError("quota-exhausted", { resetAt }), context, english)?.text).toMatch(/Nov 21/);
  });

  it("says which deadline fired and after how long", () => {
    const idle = new ApiError("timeout", { deadline: "idle", waitedMs: 90_400 });
    expect(describeProblem(idle, context, english)?.text).toContain("90 s");
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
    expect(describeEnding("context-exceeded", true, english)?.text).toContain("new chat");
  });
});
