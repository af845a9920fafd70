import path from "node:path";
import { describe, expect, it } from "vitest";
import { ApiError, type ApiErrorCode } from "../../../src/api/errors.ts";
import type { OfficialPlatformId } from "../../../src/api/platforms.ts";
import { resetTime, type ProblemContext } from "../../../src/core/problemWords.ts";
import { describeProblem } from "../../../src/core/problems.ts";
import type { Problem } from "../../../src/core/services.ts";
import { question, readAll } from "../../fakes/apiClient.ts";
import { simulatorClient } from "../../fakes/simulatorClient.ts";
import { chinese, english, inChinese, inEnglish } from "../../fakes/translations.ts";
import type { Scenario } from "../../zai-server/scenarios.ts";
import { simulatorForFile } from "../../fakes/simulatorForFile.ts";
import { root } from "../manifest/sourceStrings.ts";

/**
 * Every row of API notes 14.2 and the statuses below it: what the client makes of the simulator's refusal, how often it asks,
 * and what a user reads. The whole of it lies in test/fixtures/error-table.txt for people to read.
 */

/** `R` of the notes: y, w, n, "y once"; `fix` is the one targeted other form of 1210 and 1214. */
type Rule = "again" | "once" | "at-reset" | "never" | "fix";

const businessCodes: Readonly<Record<string, Rule>> = {
  500: "again",
  1000: "never",
  1001: "never",
  1002: "never",
  1003: "once",
  1004: "never",
  1005: "never",
  1100: "again",
  1110: "never",
  1111: "never",
  1112: "never",
  1113: "never",
  1120: "again",
  1121: "never",
  1200: "again",
  1210: "fix",
  1211: "never",
  1212: "never",
  1213: "never",
  1214: "fix",
  1215: "never",
  1220: "never",
  1221: "never",
  1222: "never",
  1230: "again",
  1231: "once",
  1234: "again",
  1261: "never",
  1300: "never",
  1301: "never",
  1302: "again",
  1303: "again",
  1304: "never",
  1305: "again",
  1308: "at-reset",
  1309: "never",
  1310: "at-reset",
  1311: "never",
  1312: "again",
  1313: "never",
  1314: "never",
  1315: "never",
  1316: "at-reset",
  1317: "at-reset",
  1318: "at-reset",
  1319: "at-reset",
  1320: "at-reset",
  1321: "at-reset",
  1701: "again",
  1702: "never",
  1703: "never",
  3007: "never",
  3012: "never",
};

/** Answers without a body, where only the status speaks. */
const statuses: Readonly<Record<string, Rule>> = {
  400: "never",
  401: "never",
  404: "never",
  429: "again",
  434: "never",
  435: "never",
  500: "again",
};

/** Requests in all, with the client's three repetitions. */
const requestsOf: Readonly<Record<Rule, number>> = { again: 4, once: 2, "at-reset": 1, never: 1, fix: 1 };

interface Case {
  readonly name: string;
  readonly rule: Rule;
  readonly scenario: Scenario;
}

const farDate = "2099-12-24 18:30:00";
const cases: readonly Case[] = [
  ...Object.entries(businessCodes).map(([code, rule]) => ({ name: code, rule, scenario: scenarioFor(code) })),
  ...Object.entries(statuses).map(([status, rule]) => ({
    name: `HTTP ${status}`,
    rule,
    scenario: { name: "empty-body", value: Number(status) },
  })),
];

/** Codes of another product, which the simulator has no sentence for, come in the gateway's envelope. */
function scenarioFor(code: string): Scenario {
  return code.startsWith("30") ? { name: "envelope-200", value: Number(code) } : { name: code, date: farDate };
}

const simulator = await simulatorForFile();

async function refusal(scenario: Scenario, platform: OfficialPlatformId = "zai"): Promise<ApiError> {
  simulator.reset();
  simulator.setScenario(scenario);
  const { error } = await readAll(simulatorClient(simulator, platform));
  if (!error) throw new Error(`${scenario.name} was no refusal`);
  return error;
}

interface Described {
  readonly en: Problem;
  readonly zh: Problem;
}

function describeBoth(error: ApiError, platform: OfficialPlatformId): Described {
  const en = describeProblem(error, inEnglish(platform), english);
  const zh = describeProblem(error, inChinese(platform), chinese);
  if (!en || !zh) throw new Error(`${error.code} has no words`);
  return { en, zh };
}

/** Latin words that a Chinese reader reads as they are. */
const names =
  /Coding Plan|Coding|API Key|OpenAI|VS Code|VPN|Z\.AI|BigModel|(?:open\.)?bigmodel\.cn|(?:api\.)?z\.ai|http\.\w+|glm-[\w.]+/g;

/** `technical` is a name of the API that stays as it is. */
function expectWords({ en, zh }: Described, technical = ""): void {
  expect(en.text).toMatch(/^[\w"{].*\.$/);
  expect(en.text).not.toMatch(/\{\d\}|undefined|NaN|Invalid|\p{Script=Han}/u);
  expect(zh.text).toMatch(/\p{Script=Han}.*。$/u);
  expect(zh.text).not.toMatch(/\{\d\}|undefined|NaN|Invalid/);
  expect(
    zh.text
      .replace(technical, "")
      .replace(names, "")
      .replace(/GMT[+-]\d+|UTC/g, ""),
  ).not.toMatch(/[A-Za-z]{2}/);
  expect(en.actions.length).toBeGreaterThan(0);
  expect(zh.actions).toEqual(en.actions);
}

/** What a sentence asks for needs its button, and a button needs a sentence that leads to it. */
const promises: readonly (readonly [RegExp, readonly string[]])[] = [
  [/set (?:an API key|another key|a new key|it again)|Set the key/i, ["set-key"]],
  [/another model|another one/i, ["choose-model"]],
  [/\brecharge\b/i, ["recharge"]],
  [/\brenew\b/i, ["renew"]],
  [/\bupdate (?:it|the extension)\b/i, ["update-extension"]],
  [/new chat/i, ["new-chat"]],
  [/\bsupport\b/i, ["contact"]],
  [/\bconsole\b/i, ["open-console", "renew"]],
  [/another platform|choose a platform|check the platform/i, ["choose-platform"]],
  [/try again/i, ["retry"]],
];

function expectKept({ text, actions }: Problem): void {
  for (const [words, wanted] of promises) {
    if (words.test(text)) expect([text, actions.filter((action) => wanted.includes(action))]).not.toEqual([text, []]);
  }
}

/** What must not be said together: the rule of the client against its words. */
function expectAgreement(rule: Rule, { text, actions }: Problem): void {
  if (rule === "again" || rule === "once")
    expect([text, actions.includes("retry") || /key/.test(text)]).toEqual([text, true]);
  else expect(text).not.toMatch(/in a moment/);
  if (rule === "at-reset") expect(text).toMatch(/resets at|wait until/);
  // Money, keys and waiting are three different cures.
  if (actions.includes("retry") && actions.includes("recharge")) expect(text).toContain("then try again");
  expect(actions.includes("set-key") && actions.includes("recharge")).toBe(false);
  expect(new Set(actions).size).toBe(actions.length);
}

describe("every refusal of the service", () => {
  it.each(cases)(
    "$name is described in both languages, with a way out and its retry rule",
    async ({ rule, scenario }) => {
      const error = await refusal(scenario);
      expect(simulator.requests).toHaveLength(requestsOf[rule]);
      for (const platform of ["zai", "zai-coding", "bigmodel", "bigmodel-coding"] as const) {
        const described = describeBoth(error, platform);
        expectWords(described);
        expectKept(described.en);
        expectAgreement(rule, described.en);
      }
    },
  );

  it.each(Object.keys(businessCodes).filter((code) => businessCodes[code] === "at-reset"))(
    "%s is waited for when it resets within a minute, and has words without a date",
    async (code) => {
      const soon = new Date(Date.now() + 8 * 3_600_000 + 30_000).toISOString().slice(0, 19).replace("T", " ");
      const { details } = await refusal({ name: code, date: soon });
      expect(simulator.requests.length).toBeGreaterThan(1);
      const described = describeBoth(new ApiError("quota-exhausted", { ...details, resetAt: undefined }), "zai");
      expectWords(described);
      expectKept(described.en);
      expect(described.en.text).toMatch(/until it resets|Ask the administrator/);
    },
  );

  it("goes on by itself after a reset some seconds ahead", async () => {
    simulator.reset();
    const soon = new Date(Date.now() + 8 * 3_600_000 + 5_000).toISOString().slice(0, 19).replace("T", " ");
    simulator.setScenario({ name: "1308", date: soon, times: 1 });
    const { text, error } = await readAll(simulatorClient(simulator, "zai"));
    expect([error, text === "", simulator.requests.length]).toEqual([undefined, false, 2]);
  });

  it("goes on by itself where another form of the request is known to help", async () => {
    simulator.reset();
    simulator.setScenario({
      name: "1210",
      message: "reasoning_effort is wrong: please use low, high, or max",
      times: 1,
    });
    const { text, error } = await readAll(simulatorClient(simulator, "zai"), { ...question, effort: "high" });
    expect([error, text === "", simulator.requests.length]).toEqual([undefined, false, 2]);
    const efforts = simulator.requests.map(({ body }) => (body as { reasoning_effort?: string }).reasoning_effort);
    expect(efforts).toEqual(["high", undefined]);
  });

  it("says something else of 1113 on the endpoint that bills the balance than on the plan", async () => {
    const onBalance = describeBoth(await refusal({ name: "1113" }), "zai").en;
    expect([onBalance.actions[0], onBalance.text]).toEqual(["use-coding-plan", expect.stringContaining("Coding Plan")]);
    const onPlan = describeBoth(await refusal({ name: "1113" }, "zai-coding"), "zai-coding").en;
    expect(onPlan.actions[0]).toBe("renew");
    expect(simulator.requests[0]?.path).toContain("/api/coding/");
  });

  it("gives the same advice for the same sentence", async () => {
    const advice = new Map<string, string>();
    for (const { scenario } of cases) {
      const { en } = describeBoth(await refusal(scenario), "zai");
      const actions = en.actions.join(" ");
      expect([en.text, advice.get(en.text) ?? actions]).toEqual([en.text, actions]);
      advice.set(en.text, actions);
    }
  });
});

const ownCodes: Readonly<Record<Exclude<ApiErrorCode, "cancelled">, ConstructorParameters<typeof ApiError>[1]>> = {
  "no-key": {},
  "key-rejected": {},
  "account-blocked": {},
  "no-balance": {},
  "plan-expired": {},
  "plan-lacks-model": {},
  "quota-exhausted": {},
  "fair-use": {},
  busy: {},
  "queue-full": { queueSize: 20 },
  "model-unknown": {},
  "bad-request": { field: "duration", rule: "5, 10" },
  "too-long": {},
  "content-blocked": {},
  "not-offered": { offeredOn: ["bigmodel"] },
  "wrong-path": {},
  firewall: {},
  redirected: {},
  server: {},
  unreachable: {},
  certificate: {},
  timeout: { deadline: "first-byte", waitedMs: 120_000 },
  "stream-broken": {},
  "invalid-response": {},
  "result-failed": {},
  "result-gone": {},
};

describe("every error of our own", () => {
  it.each(Object.entries(ownCodes))("%s is described in both languages, with a way out", (code, details) => {
    for (const platform of ["zai", "zai-coding", "bigmodel", "bigmodel-coding"] as const) {
      const described = describeBoth(new ApiError(code as ApiErrorCode, details), platform);
      expectWords(described, details?.field);
      expectKept(described.en);
    }
  });
});

/** What the same code says when more is known about it. */
const known: readonly (readonly [string, ApiError])[] = [
  ["timeout of a task", new ApiError("timeout", { deadline: "total", waitedMs: 1_800_000, taskId: "1" })],
  ["timeout, may have run", new ApiError("timeout", { deadline: "total", waitedMs: 60_000, mayHaveRun: true })],
  ["stream-broken, may have run", new ApiError("stream-broken", { mayHaveRun: true })],
];

it.each(known)("%s is described in both languages, and says what goes on at the service", (_name, error) => {
  const described = describeBoth(error, "zai");
  expectWords(described);
  expect(described.en.text).toMatch(/The service (?:goes on|may have done this already)/);
  expect(described.en.text).not.toContain("was stopped");
});

it("is written down for people to read", async () => {
  const lines = [
    "Every error, as a user of Z.AI pay-as-you-go reads it. Written by errorTable.test.ts (run it with -u).",
    "",
  ];
  const add = (heading: string, error: ApiError) => {
    const { en, zh } = describeBoth(error, "zai");
    const plan = describeBoth(error, "zai-coding");
    lines.push(
      heading,
      `  ${withoutTime(en.text, error, inEnglish("zai"))}`,
      `  ${withoutTime(zh.text, error, inChinese("zai"))}`,
    );
    lines.push(`  [${en.actions.join("] [")}]`);
    if (plan.en.text !== en.text && error.code !== "not-offered" && error.code !== "model-unknown") {
      lines.push(`  on a Coding Plan: ${plan.en.text}`, `  ${plan.zh.text}`, `  [${plan.en.actions.join("] [")}]`);
    }
    lines.push("");
  };
  for (const { name, rule, scenario } of cases) {
    const error = await refusal(scenario);
    const sent = simulator.requests.length;
    const heading = name.startsWith("HTTP") ? name : `${name}  HTTP ${error.details.status}`;
    add(`${heading}  ${error.code}  ${rule}, ${sent} request${sent === 1 ? "" : "s"}`, error);
  }
  for (const [code, details] of Object.entries(ownCodes)) add(code, new ApiError(code as ApiErrorCode, details));
  for (const [name, error] of known) add(name, error);
  await expect(lines.join("\n")).toMatchFileSnapshot(path.join(root, "test/fixtures/error-table.txt"));
});

/** A time depends on where the test runs. */
function withoutTime(text: string, { code, details }: ApiError, context: ProblemContext): string {
  const time = resetTime({ ...details, code }, context);
  return time === undefined ? text : text.replace(time, "<time>");
}
