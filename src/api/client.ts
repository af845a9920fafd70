import { agentResult } from "./agents/agentResult.ts";
import { askAgent, streamAgent } from "./agents/agents.ts";
import { builtInCatalog, type Catalog } from "./models/catalog.ts";
import { chat } from "./chat/chat.ts";
import { completeInBackground } from "./chat/chatAsync.ts";
import { completeChat } from "./chat/complete.ts";
import { defaultDeadlines, type ClientContext, type Deadlines } from "./context.ts";
import { download } from "./http/download.ts";
import { effectVideoResult, generateEffectVideo, startEffectVideo } from "./agents/effectVideo.ts";
import { allFiles, deleteFile, fileContent, listFiles, uploadFile } from "./web/files.ts";
import { createQuirks, type Quirks } from "./chat/fixups.ts";
import type { Governor, Priority } from "./http/governor.ts";
import { collectImage, createImage, generateImage, imageResult, startImage } from "./media/images.ts";
import {
  createKnowledge,
  deleteKnowledge,
  editKnowledge,
  knowledgeCapacity,
  listKnowledge,
  showKnowledge,
} from "./knowledge/knowledge.ts";
import {
  deleteDocument,
  documentImages,
  embedAgain,
  listDocuments,
  showDocument,
} from "./knowledge/knowledgeDocuments.ts";
import { searchKnowledge } from "./knowledge/knowledgeSearch.ts";
import { uploadDocument, uploadUrls } from "./knowledge/knowledgeUpload.ts";
import { fetchModelList, fetchModels } from "./models/models.ts";
import { fetchServerFacts } from "./models/serverFacts.ts";
import { recognise } from "./media/ocr.ts";
import type { Endpoint } from "./platforms.ts";
import { readPage } from "./web/reader.ts";
import { streamSlides } from "./agents/slides.ts";
import { exportSlides } from "./agents/slidesExport.ts";
import { speak, streamSpeech } from "./media/speech.ts";
import { taskState } from "./http/tasks.ts";
import { countTokens } from "./models/tokenizer.ts";
import { streamTranslation, translate } from "./agents/translation.ts";
import { transcribe, streamTranscription } from "./media/transcription.ts";
import { transcribeLong } from "./media/transcribeLong.ts";
import type { Clock, Transport } from "./transport.ts";
import { fetchBalance, fetchResourcePacks, fetchSubscriptions } from "./usage/usageAccount.ts";
import { fetchModelUsage, fetchToolUsage } from "./usage/usageHistory.ts";
import { fetchQuota } from "./usage/usageQuota.ts";
import type { Use } from "./usage/use.ts";
import { searchWeb } from "./web/webSearch.ts";
import { generateVideo, startVideo, videoResult } from "./media/videos.ts";
import { cloneVoice, deleteVoice, listVoices } from "./media/voices.ts";

/** A wait that the interface should show. */
export interface WaitEvent {
  /** `queue`: other requests with the same key are in flight. */
  readonly reason: "busy" | "server" | "unreachable" | "queue";
  /** How many attempts have failed; 0 in the queue. */
  readonly attempt: number;
  /** Ms since the epoch. Undefined in the queue, where nobody knows; the event comes again with the time when it is over. */
  readonly resumesAt: number | undefined;
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** How often a passing failure is tried again; 3 by default. 0 where someone waits for a verdict. */
  readonly retries?: number | undefined;
  /** `background` lets interactive requests, the default, go first. */
  readonly priority?: Priority | undefined;
  /** Called before each wait. */
  readonly onWait?: ((event: WaitEvent) => void) | undefined;
  /** Called at each look at a background task that is not finished, with the ms waited so far. */
  readonly onProgress?: ((elapsedMs: number) => void) | undefined;
  /** Called for each stream frame that arrived damaged and was repaired or skipped (chat only): worth a line in the log. */
  readonly onDamage?: (() => void) | undefined;
}

export interface ClientOptions {
  readonly endpoint: Endpoint;
  /** Raw key for `endpoint`'s origin, or undefined where none is needed. */
  readonly apiKey: string | undefined;
  readonly transport: Transport;
  readonly clock: Clock;
  /** Honest product name, e.g. `glm-sidekick/0.1.0 vscode/1.106.0`. */
  readonly userAgent: string;
  /** Limits in ms that differ from `defaultDeadlines`. */
  readonly deadlines?: Partial<Deadlines> | undefined;
  /** Shared by all clients of one key; without one, every request starts at once. */
  readonly governor?: Governor | undefined;
  /** First pause between two looks at an unfinished image, in ms; default 5000, growing to four times that. */
  readonly pollIntervalMs?: number | undefined;
  /** 0 to 1, for the jitter of back-off; default `Math.random`. */
  readonly random?: (() => number) | undefined;
  /** Absent = the built-in one. */
  readonly catalog?: Catalog | undefined;
  /** What was learnt about this host before; to be shared by all its clients. Absent = nothing yet. */
  readonly quirks?: Quirks | undefined;
  /** Tells whether another key, or none, took the place of `apiKey`; a refusal is then reported as `keyReplaced`. */
  readonly keyReplaced?: (() => boolean) | undefined;
  /** Hears once of each request, finished or cut, of which the service told what it used. Must not throw. */
  readonly onUse?: ((use: Use) => void) | undefined;
}

/** What the functions of the endpoints work with. */
export function createContext(options: ClientOptions): ClientContext {
  return {
    endpoint: options.endpoint,
    apiKey: options.apiKey,
    transport: options.transport,
    clock: options.clock,
    userAgent: options.userAgent,
    deadlines: { ...defaultDeadlines, ...options.deadlines },
    pollIntervalMs: options.pollIntervalMs ?? 5_000,
    random: options.random ?? Math.random,
    governor: options.governor,
    catalog: options.catalog ?? builtInCatalog,
    quirks: options.quirks ?? createQuirks(),
    keyReplaced: options.keyReplaced,
    onUse: options.onUse,
  };
}

/**
 * A client for one endpoint and key. It keeps no connection and no state except what it learnt about the service's taste
 * (form of images, thinking switches), so that making one is free. What the platform does not offer throws `not-offered`
 * before anything is sent.
 */
export function createClient(options: ClientOptions) {
  const context = createContext(options);
  /** An endpoint's function without its first parameter. */
  const bind =
    <Rest extends readonly unknown[], Result>(call: (context: ClientContext, ...rest: Rest) => Result) =>
    (...rest: Rest): Result =>
      call(context, ...rest);
  return {
    endpoint: options.endpoint,
    models: bind(fetchModels),
    modelList: bind(fetchModelList),
    /** What a server of the user's own says beside the OpenAI routes. */
    serverFacts: bind(fetchServerFacts),
    chat: bind(chat),
    complete: bind(completeChat),
    completeInBackground: bind(completeInBackground),
    images: {
      generate: bind(generateImage),
      collect: bind(collectImage),
      create: bind(createImage),
      start: bind(startImage),
      result: bind(imageResult),
    },
    videos: { generate: bind(generateVideo), start: bind(startVideo), result: bind(videoResult) },
    audio: {
      transcribe: bind(transcribe),
      streamTranscription: bind(streamTranscription),
      transcribeLong: bind(transcribeLong),
      speak: bind(speak),
      streamSpeech: bind(streamSpeech),
    },
    voices: { clone: bind(cloneVoice), list: bind(listVoices), delete: bind(deleteVoice) },
    recognise: bind(recognise),
    /** Any background task, whatever started it. */
    tasks: { state: bind(taskState) },
    /** Fetches a result by the address that an answer gave. */
    download: bind(download),
    tokens: { count: bind(countTokens) },
    webSearch: bind(searchWeb),
    readPage: bind(readPage),
    files: {
      upload: bind(uploadFile),
      list: bind(listFiles),
      all: bind(allFiles),
      delete: bind(deleteFile),
      content: bind(fileContent),
    },
    agents: {
      /** Any agent, as a whole or streamed, and what it does in the background. */
      ask: bind(askAgent),
      stream: bind(streamAgent),
      result: bind(agentResult),
      translate: bind(translate),
      streamTranslation: bind(streamTranslation),
      effectVideo: {
        generate: bind(generateEffectVideo),
        start: bind(startEffectVideo),
        result: bind(effectVideoResult),
      },
      slides: { stream: bind(streamSlides), export: bind(exportSlides) },
    },
    knowledge: {
      create: bind(createKnowledge),
      list: bind(listKnowledge),
      show: bind(showKnowledge),
      edit: bind(editKnowledge),
      delete: bind(deleteKnowledge),
      capacity: bind(knowledgeCapacity),
      search: bind(searchKnowledge),
      documents: {
        list: bind(listDocuments),
        upload: bind(uploadDocument),
        uploadUrls: bind(uploadUrls),
        show: bind(showDocument),
        delete: bind(deleteDocument),
        embedAgain: bind(embedAgain),
        images: bind(documentImages),
      },
    },
    /** What the account used and has left. Never on the way of anything else: these endpoints may vanish. */
    usage: {
      quota: bind(fetchQuota),
      models: bind(fetchModelUsage),
      tools: bind(fetchToolUsage),
      subscriptions: bind(fetchSubscriptions),
      balance: bind(fetchBalance),
      resourcePacks: bind(fetchResourcePacks),
    },
  };
}

export type Client = ReturnType<typeof createClient>;
