import type { Conversation } from "./agent-slides.ts";
import type { AgentTask } from "./agent-video.ts";
import { FileStore } from "./file-store.ts";
import type { Job } from "./jobs.ts";
import { KnowledgeStore } from "./knowledge-store.ts";
import { Ledger } from "./ledger.ts";
import { Recogniser } from "./recognise.ts";
import { ResultStore } from "./result-store.ts";
import { ScenarioBook } from "./scenarios.ts";
import { PrefixCache } from "./tokens.ts";
import type { Voice } from "./voices.ts";
import type { Fetched } from "./web-site.ts";

/** What requests share until `reset()`. */
export interface State {
  readonly book: ScenarioBook;
  readonly prefixes: PrefixCache;
  readonly jobs: Map<string, Job>;
  readonly results: ResultStore;
  readonly files: FileStore;
  /** Cloned voices by id. */
  readonly voices: Map<string, Voice>;
  /** What the reader fetched, by address. */
  readonly readPages: Map<string, Fetched>;
  readonly knowledge: KnowledgeStore;
  readonly ledger: Ledger;
  /** Films of agents, and decks, by id. */
  readonly agentTasks: Map<string, AgentTask>;
  readonly conversations: Map<string, Conversation>;
  readonly recogniser: Recogniser;
  /** request_id values in flight. */
  readonly running: Set<string>;
  /** Requests in flight by key and model. */
  readonly load: Map<string, number>;
  /** Milliseconds between frames of an ordinary stream. */
  readonly paceMs: number;
}

export function createState(paceMs: number): State {
  return {
    book: new ScenarioBook(),
    prefixes: new PrefixCache(),
    jobs: new Map(),
    results: new ResultStore(),
    files: new FileStore(),
    voices: new Map(),
    readPages: new Map(),
    knowledge: new KnowledgeStore(),
    ledger: new Ledger(),
    agentTasks: new Map(),
    conversations: new Map(),
    recogniser: new Recogniser(),
    running: new Set(),
    load: new Map(),
    paceMs,
  };
}

/** Forgets everything but what is in flight, and the engine, which is slow to start. */
export function resetState(state: State): void {
  const { book, prefixes, jobs, results, files, voices, readPages, knowledge, ledger } = state;
  for (const each of [book, prefixes, jobs, results, files, voices, readPages, knowledge, ledger]) each.clear();
  state.agentTasks.clear();
  state.conversations.clear();
}
