import { wireModelId } from "../models/catalog.ts";
import type { ChatRequest } from "./chatTypes.ts";
import type { ApiError } from "../errors.ts";
import { ofHost, type Endpoint, type PerHost } from "../platforms.ts";

/**
 * What one endpoint turned out to want or to do, learnt from its answers. Clients come and go with each action, so that
 * whoever makes them keeps this per base URL. Sets and maps are by model id as sent.
 */
export interface Quirks {
  /** Images as bare base64 instead of a data URI (API notes 2.3). */
  rawImages: boolean;
  /** Models that must not be told how much to think (API notes 2.4). */
  readonly plainThinking: Set<string>;
  /** Models that refuse anything but text (API notes 2.2). */
  readonly textOnly: Set<string>;
  /** Most `max_tokens` that a model takes; undefined = it takes none. */
  readonly outputLimits: Map<string, number | undefined>;
  /** Models that refuse temperature or top_p. */
  readonly plainSampling: Set<string>;
  /** Search engine that is not the usual one of the platform. */
  searchEngine: string | undefined;
  /** Who answers where another model was asked (API notes 4.4). */
  readonly servedBy: Map<string, string>;
  /** Agents are at the SDKs' path only (API notes 10.2). */
  sdkAgentPath: boolean;
  /** The console's endpoints take the key with "Bearer" only (API notes 13). */
  bearerUsage: boolean;
  /** Hot words of a recording as parts named `hotwords` instead of `hotwords[]` (API notes 7.1). */
  plainHotwords: boolean;
}

/** For a host of which nothing is known. */
export function createQuirks(): Quirks {
  return {
    rawImages: false,
    plainThinking: new Set(),
    textOnly: new Set(),
    outputLimits: new Map(),
    plainSampling: new Set(),
    searchEngine: undefined,
    servedBy: new Map(),
    sdkAgentPath: false,
    bearerUsage: false,
    plainHotwords: false,
  };
}

/** A change of quirks that may make the service accept a request. Tried on a copy, kept when it helped. */
export type Fixup = (quirks: Quirks) => void;

export function tryFixup(fixup: Fixup, quirks: Quirks): Quirks {
  const { rawImages, searchEngine, sdkAgentPath, bearerUsage, plainHotwords } = quirks;
  const copy: Quirks = {
    rawImages,
    searchEngine,
    sdkAgentPath,
    bearerUsage,
    plainHotwords,
    plainThinking: new Set(quirks.plainThinking),
    textOnly: new Set(quirks.textOnly),
    outputLimits: new Map(quirks.outputLimits),
    plainSampling: new Set(quirks.plainSampling),
    servedBy: new Map(quirks.servedBy),
  };
  fixup(copy);
  return copy;
}

/** Which engine searches unless the request names one (API notes 2.5). Sources disagree about z.ai, so there are two. */
const searchEngines: PerHost<readonly [usual: string, other: string]> = {
  zai: ["search_pro_jina", "search-prime"],
  bigmodel: ["search_std", "search_pro"],
};

export function usualSearchEngine(endpoint: Endpoint): string {
  return ofHost(endpoint, searchEngines)[0];
}

interface Rule {
  readonly serviceCodes: readonly string[];
  readonly about: RegExp;
  /** `message` is the service's sentence, `model` the id as sent. */
  fix(message: string, model: string, endpoint: Endpoint): Fixup;
}

/**
 * The service has one code for all wrong parameters, so that here and nowhere else the message is searched for the
 * parameter. In the order in which they are tried: the more particular sentence first.
 */
const rules: readonly Rule[] = [
  {
    serviceCodes: ["1210"],
    about: /content\.type|\['text'\]/i,
    fix: (_message, model) => (quirks) => void quirks.textOnly.add(model),
  },
  {
    serviceCodes: ["1210"],
    about: /图片输入格式|image.*(?:format|pars)/i,
    fix: () => (quirks) => void (quirks.rawImages = !quirks.rawImages),
  },
  {
    serviceCodes: ["1210", "1214"],
    about: /max_tokens/i,
    fix: (message, model) => (quirks) => void quirks.outputLimits.set(model, upperBound(message)),
  },
  {
    serviceCodes: ["1210", "1214"],
    about: /temperature|top_p/i,
    fix: (_message, model) => (quirks) => void quirks.plainSampling.add(model),
  },
  {
    serviceCodes: ["1210"],
    about: /reasoning_effort|thinking|\beffort\b|思考|\blow\b.*\bhigh\b.*\bmax\b/i,
    fix: (_message, model) => (quirks) => void quirks.plainThinking.add(model),
  },
  {
    serviceCodes: ["1210", "1214"],
    about: /search|engine|搜索/i,
    fix: (_message, _model, endpoint) => (quirks) => {
      const [usual, other] = ofHost(endpoint, searchEngines);
      quirks.searchEngine = quirks.searchEngine === other ? usual : other;
    },
  },
];

/**
 * Other forms of a refused request that may help, most likely first; none when the service complained about something else.
 * Not all of them change the request: that is for the caller to see.
 */
export function proposeFixups({ details }: ApiError, request: ChatRequest, endpoint: Endpoint): readonly Fixup[] {
  const message = details.serviceMessage ?? "";
  const model = wireModelId(request.model);
  return rules
    .filter((rule) => rule.serviceCodes.includes(details.serviceCode ?? "") && rule.about.test(message))
    .map((rule) => rule.fix(message, model, endpoint));
}

/** 131072 of "[1,131072]". */
function upperBound(message: string): number | undefined {
  const found = /\[\s*\d+\s*[,，~-]\s*(\d+)\s*\]/.exec(message)?.[1];
  return found === undefined ? undefined : Number(found);
}
