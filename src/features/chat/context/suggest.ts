import { bestMatches } from "../../../core/contextFuzzy.ts";
import type { AnswerTo, AskOf, Suggestion } from "../../../protocol/asks.ts";
import { attachUri } from "./attachUri.ts";
import type { IndexedFile } from "./fileIndex.ts";
import { openFiles } from "./fileSources.ts";
import type { Offer, Source, SourceDeps } from "./source.ts";
import { offer as symbolOffer, symbolsOfOpenFile } from "./symbols.ts";

/** More cannot be looked through while one types. */
const mostSuggested = 50;
/** What the list of files, and that of symbols, may take before what is known of it has to do, in ms. */
const quickMs = 60;
/** The same for a question that is asked again as the first answer was partial; less than a view waits for an answer. */
const patientMs = { files: 15_000, symbols: 2000 };
/** How many of what was offered stay good: a view may still show an older list. */
const mostKept = 500;

/** An entry of the list behind "@": something to attach, or a word that lists more. */
type Entry = Offer & { readonly completes?: string };

interface Found {
  readonly entries: readonly Entry[];
  /** Symbols are missing, as they took too long. */
  readonly late: boolean;
}

/**
 * What "@" offers. The host keeps what each entry stands for and the view gets its number only: it can attach nothing but what
 * it was offered.
 */
export class Suggestions {
  readonly #deps: SourceDeps;
  readonly #sources: readonly Source[];
  readonly #offered = new Map<string, Offer>();
  #last = 0;

  constructor(deps: SourceDeps, sources: readonly Source[]) {
    this.#deps = deps;
    this.#sources = sources;
  }

  /** What an id stands for; undefined when nothing of that id was offered lately. */
  offered(id: string): Offer | undefined {
    return this.#offered.get(id);
  }

  async suggest(
    { query, patient }: AskOf<"suggest-context">,
    signal: AbortSignal,
  ): Promise<AnswerTo<"suggest-context">> {
    // The list of folders, too, is made of the files.
    if (patient) await this.#deps.index.files(patientMs.files);
    // An address that is pasted says by itself what is wanted.
    const words = /^https?:\/\//i.test(query) ? `url:${query}` : query;
    const { entries, late } = await this.#find(words, patient ? patientMs.symbols : quickMs, signal);
    if (signal.aborted) return { items: [], partial: false };
    const items = entries.slice(0, mostSuggested).map((entry) => this.#toView(entry));
    return { items, partial: !patient && (late || this.#deps.index.isReading) };
  }

  async #find(query: string, symbolsMs: number, signal: AbortSignal): Promise<Found> {
    const there = this.#sources.filter((source) => source.isThere());
    const own = there.find(
      ({ prefix, find }) => prefix !== undefined && find && query.toLowerCase().startsWith(prefix),
    );
    if (own?.find) return { entries: await own.find(query.slice(own.prefix?.length).trim(), signal), late: false };
    const entries = there.map(entryOf);
    const all = await this.#deps.index.files(quickMs);
    const open = await openFiles(this.#deps);
    if (query === "") return { entries: [...open.map((file) => this.#fileOffer(file)), ...entries], late: false };
    const isOpen = new Set(open.map(({ uri }) => uri.toString()));
    const files = bestMatches(
      [...open, ...all.filter(({ uri }) => !isOpen.has(uri.toString()))],
      query,
      mostSuggested - entries.length,
    );
    const symbols = signal.aborted ? [] : await symbolsOfOpenFile(query, symbolsMs);
    const words = query.toLowerCase();
    return {
      entries: [
        ...entries.filter(
          ({ label, completes }) => label.toLowerCase().startsWith(words) || completes?.startsWith(words),
        ),
        ...files.map((file) => this.#fileOffer(file)),
        ...(symbols ?? []).slice(0, 10).map(symbolOffer),
      ],
      late: symbols === undefined,
    };
  }

  #fileOffer({ uri, name, path }: IndexedFile): Offer {
    return { icon: "file", label: name, detail: path, read: () => attachUri(uri, this.#deps) };
  }

  #toView(entry: Entry): Suggestion {
    const id = String((this.#last += 1));
    this.#offered.set(id, entry);
    for (const old of this.#offered.keys()) {
      if (this.#offered.size <= mostKept) break;
      this.#offered.delete(old);
    }
    const { icon, label, detail, completes } = entry;
    return {
      id,
      icon,
      label,
      ...(detail === undefined ? {} : { detail }),
      ...(completes === undefined ? {} : { completes }),
    };
  }
}

function entryOf(source: Source): Entry {
  return source.prefix !== undefined && source.find ? { ...plain(source), completes: source.prefix } : plain(source);
}

/** A source's detail is made when it is asked for. */
function plain(source: Source): Offer {
  const { icon, label, detail } = source;
  return { icon, label, ...(detail === undefined ? {} : { detail }), read: () => source.read() };
}
