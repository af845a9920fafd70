import type { PlatformId } from "../../src/api/platforms.ts";
import type { ProblemContext } from "../../src/core/problemWords.ts";
import { platformName } from "../../src/features/account/platformNames.ts";
import { fill } from "../../src/protocol/strings.ts";
import { readJson } from "../unit/manifest/sourceStrings.ts";

/** The two languages of the extension, from the very files that VS Code reads. */

const englishBundle = readJson("l10n/bundle.l10n.json");
const chineseBundle = readJson("l10n/bundle.l10n.zh-cn.json");

type Values = readonly (string | number)[];

/** A sentence without its line in the bundle comes out empty. */
export const english = (message: string, ...values: Values) => fill(englishBundle[message] ?? "", ...values);
export const chinese = (message: string, ...values: Values) => fill(chineseBundle[message] ?? "", ...values);

const hosts: Readonly<Record<PlatformId, string>> = {
  zai: "api.z.ai",
  "zai-coding": "api.z.ai",
  bigmodel: "open.bigmodel.cn",
  "bigmodel-coding": "open.bigmodel.cn",
  custom: "localhost:11434",
};

export const inEnglish = (platform: PlatformId): ProblemContext => ({
  platform,
  host: hosts[platform],
  nameOf: (id) => platformName(id, english),
  language: "en",
});

export const inChinese = (platform: PlatformId): ProblemContext => ({
  platform,
  host: hosts[platform],
  nameOf: (id) => platformName(id, chinese),
  language: "zh-cn",
});
