import { bestMatches } from "../../../core/contextFuzzy.ts";
import type { Suggestion } from "../../../protocol/asks.ts";
import { attachUri } from "./attachUri.ts";
import type { IndexedFile } from "./fileIndex.ts";
import { openFiles } from "./fileSources.ts";
import type { Offer, Source, SourceDeps } from "./source.ts";
import { offer as symbolOffer, symbolsOfOpenFile } from "./symbols.ts";

/** More cannot be looked through while one types. */
const mostSuggested = 50;
/** What a list of files, or of symbols, may take before what is known of it has to do, in ms. */
const patienceMs = 60;
/** How many of what was offered stay good: a view may still show an older list. */
const mostKept = 500;

/** An entry of the list behind "@": something to attach, or a word that lists more. */
type Entry = Offer & { readonly completes?: string };

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

  async suggest(query: string, signal: AbortSignal): Promise<Suggestion[]> {
    const entries = await this.#entries(query, signal);
    if (signal.aborted) return [];
    return entries.slice(0, mostSuggested).map((entry) => this.#toView(entry));
  }

  async #entries(query: string, signal: AbortSignal): Promise<readonly Entry[]> {
    const there = this.#sources.filter((source) => source.isThere());
    // An address that is pasted says by itself what is wanted.
    if (/^https?:\/\//i.test(query)) return this.#entries(`url:${query}`, signal);
    const own = there.find(
      ({ prefix, find }) => prefix !== undefined && find && query.toLowerCase().startsWith(prefix),
    );
    if (own?.find) return own.find(query.slice(own.prefix?.length).trim(), signal);
    const entries = there.map(entryOf);
    const all = await this.#deps.index.files(patienceMs);
    const open = await openFiles(this.#deps);
    if (query === "") return [...open.map((file) => this.#fileOffer(file)), ...entries];
    const isOpen = new Set(open.map(({ uri }) => uri.toString()));
    const files = bestMatches(
      [...open, ...all.filter(({ uri }) => !isOpen.has(uri.toString()))],
      query,
      mostSuggested - entries.length,
    );
    const symbols = signal.aborted ? [] : (await symbolsOfOpenFile(query, patienceMs)).slice(0, 10);
    const words = query.toLowerCase();
    return [
      ...entries.filter(
        ({ label, completes }) => label.toLowerCase().startsWith(words) || completes?.startsWith(words),
      ),
      ...files.map((file) => this.#fileOffer(file)),
      ...symbols.map(symbolOffer),
    ];
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
