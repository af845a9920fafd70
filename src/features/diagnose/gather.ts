import { isIP } from "node:net";
import type { Client } from "../../api/client.ts";
import { connectionError } from "../../api/http/connectionError.ts";
import { offers, type Endpoint } from "../../api/platforms.ts";
import { systemClock, type Transport } from "../../api/transport.ts";
import { askProxy, lookUp, reach, readCertificate, type Bounds } from "../../api/transports/probe.ts";
import type { ProxySettings } from "../../api/transports/proxySettings.ts";
import {
  failedOnTheWay,
  maySpeak,
  type Asked,
  type Findings,
  type Surroundings,
  type TransportId,
} from "../../core/diagnoseFindings.ts";
import { ask, chatBriefly, countModels } from "./ask.ts";
import { proxyInForce } from "./proxyInForce.ts";
import { record, type Recorder } from "./recorder.ts";

export type Step = "proxy" | "lookup" | "connection" | "certificate" | "models" | "other" | "chat" | "quota";

/** Ms for each step. Together they bound the whole. */
export type Limits = Readonly<Record<Step, number>>;

export const usualLimits: Limits = {
  proxy: 5_000,
  lookup: 5_000,
  connection: 5_000,
  certificate: 10_000,
  models: 15_000,
  other: 15_000,
  // A busy service needs its time for a first word, and other requests with the key may have to end before.
  chat: 45_000,
  quota: 10_000,
};

/** A transport that whoever opened it closes. */
export interface OpenTransport {
  readonly transport: Transport;
  close(): Promise<void>;
}

export interface Subject {
  readonly about: Surroundings;
  readonly endpoint: Endpoint;
  readonly http: ProxySettings;
  /** PEM texts of the authorities with the system's; undefined where they cannot be read. */
  readonly authorities: readonly string[] | undefined;
  readonly limits: Limits;
  open(transport: TransportId): Promise<OpenTransport>;
  makeClient(endpoint: Endpoint, transport: Transport): Promise<Client>;
  /** Id of the model for the short chat. @throws ApiError where nobody knows one. */
  modelToAsk(signal: AbortSignal): Promise<string>;
}

/** Takes one step after the other and says which. Never throws; a cancelled one leaves what was found before. */
export async function gather(subject: Subject, report: (step: Step) => void, signal: AbortSignal): Promise<Findings> {
  const { about, endpoint, limits } = subject;
  const found: { -readonly [K in keyof Findings]: Findings[K] } = {
    about,
    proxy: { kind: "none" },
    cancelled: false,
  };
  /** What `work` found, unless the user left meanwhile: half a step says nothing. */
  const step = async <T>(name: Step, work: (bounds: Bounds) => Promise<T>): Promise<T | undefined> => {
    if (signal.aborted) return undefined;
    report(name);
    const result = await work({ limitMs: limits[name], signal });
    return signal.aborted ? undefined : result;
  };

  await lookAtTheWay(subject, found, step);
  const askService = async (recorder: Recorder, transport: Transport) => {
    // Without a key the answer is a refusal, and that the service was reached.
    const keyless = await subject.makeClient({ ...endpoint, keyRequired: false }, transport);
    found.models = await step("models", (bounds) => ask(recorder, bounds, (inTime) => countModels(keyless, inTime)));
    if (!maySpeak(found.models) || (about.keyRequired && !about.hasKey)) return;
    const client = await subject.makeClient(endpoint, transport);
    found.chat = await step("chat", (bounds) =>
      ask(recorder, bounds, async (inTime) => {
        found.chatModel = await subject.modelToAsk(inTime);
        return chatBriefly(client, found.chatModel, inTime);
      }),
    );
    if (!about.hasKey || !offers(endpoint, "usage")) return;
    found.quota = await step("quota", (bounds) =>
      ask(recorder, bounds, async (inTime) => ({ quota: await client.usage.quota({ signal: inTime }) })),
    );
  };
  await over(subject, about.transport, askService).catch((thrown: unknown) => {
    found.models ??= notBegun(thrown);
  });
  if (failedOnTheWay(found.models)) {
    const askAgain = async (recorder: Recorder, transport: Transport) => {
      const keyless = await subject.makeClient({ ...endpoint, keyRequired: false }, transport);
      found.other = await step("other", (bounds) => ask(recorder, bounds, (inTime) => countModels(keyless, inTime)));
    };
    await over(subject, about.transport === "host" ? "undici" : "host", askAgain).catch((thrown: unknown) => {
      found.other ??= notBegun(thrown);
    });
  }
  return { ...found, cancelled: signal.aborted };
}

/** What could not even be opened or made was not reached. */
function notBegun(thrown: unknown): Asked<never> {
  return { ms: 0, error: connectionError(thrown) };
}

type TakeStep = <T>(name: Step, work: (bounds: Bounds) => Promise<T>) => Promise<T | undefined>;

/** Proxy, name, connection and certificate, as far as they can be seen from outside VS Code's own network. */
async function lookAtTheWay(
  { endpoint, http, authorities }: Subject,
  found: { -readonly [K in keyof Findings]: Findings[K] },
  step: TakeStep,
): Promise<void> {
  const url = new URL(endpoint.baseUrl);
  const secure = url.protocol === "https:";
  const target = {
    hostname: url.hostname.replace(/^\[|\]$/g, ""),
    port: Number(url.port || (secure ? 443 : 80)),
  };
  const { finding, proxy } = proxyInForce(http, endpoint.baseUrl);
  found.proxy = finding;
  if (proxy) {
    const tunnel = await step("proxy", (bounds) => askProxy(proxy, target, authorities, bounds));
    found.proxy = { ...finding, tunnel };
    if (!tunnel?.ok || tunnel.found !== 200) return;
  } else if (finding.kind === "none") {
    if (isIP(target.hostname) === 0) {
      found.lookup = await step("lookup", (bounds) => lookUp(target.hostname, bounds));
      if (!found.lookup?.ok) return;
    }
    found.connection = await step("connection", (bounds) => reach(target, bounds));
    if (!found.connection?.ok) return;
  } else return;
  if (!secure) return;
  found.certificate = await step("certificate", (bounds) => readCertificate(target, proxy, authorities, bounds));
}

/** Opens a transport for `work` and closes it, whatever happens. */
async function over(
  subject: Subject,
  id: TransportId,
  work: (recorder: Recorder, transport: Transport) => Promise<void>,
): Promise<void> {
  const opened = await subject.open(id);
  try {
    const recorder = record(opened.transport, systemClock);
    await work(recorder, recorder.transport);
  } finally {
    opened.close().catch(() => {});
  }
}
