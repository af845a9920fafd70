import { cutSlices, type Cutting } from "./slices.ts";

/** A knowledge base's settings, as created or edited. */
export interface KnowledgeSettings {
  readonly embedding_id: number;
  readonly name: string;
  readonly description: string;
  readonly contextual: number;
  readonly background: string;
  readonly icon: string;
}

/** A document of a knowledge base. */
export interface KnowledgeDocument {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly cutting: Cutting;
  /** Bytes as uploaded. */
  readonly length: number;
  /** Undefined when no text could be read; then embedding fails. */
  readonly pages: readonly string[] | undefined;
  readonly slices: readonly string[];
  /** How often somebody has asked for it; embedding is done at the second look. */
  looks: number;
  readonly fails: boolean;
}

/** A knowledge base and what is in it. */
export interface Knowledge {
  readonly id: string;
  readonly owner: string;
  settings: KnowledgeSettings;
  readonly documents: Map<string, KnowledgeDocument>;
}

/** The knowledge bases of all keys, in the order of their creation. */
export class KnowledgeStore {
  readonly #bases = new Map<string, Knowledge>();
  #lastId = 1_792_000_000_000_000_000n;

  create(owner: string, settings: KnowledgeSettings): Knowledge {
    const base: Knowledge = { id: this.#nextId(), owner, settings, documents: new Map() };
    this.#bases.set(base.id, base);
    return base;
  }

  list(owner: string): Knowledge[] {
    return [...this.#bases.values()].filter((base) => base.owner === owner);
  }

  get(owner: string, id: string): Knowledge | undefined {
    const base = this.#bases.get(id);
    return base?.owner === owner ? base : undefined;
  }

  delete(id: string): void {
    this.#bases.delete(id);
  }

  addDocument(
    base: Knowledge,
    document: Pick<KnowledgeDocument, "name" | "url" | "cutting" | "length" | "pages" | "fails">,
  ): KnowledgeDocument {
    const slices = cutSlices(document.pages ?? [], document.cutting);
    const added: KnowledgeDocument = { ...document, id: this.#nextId(), slices, looks: 0 };
    base.documents.set(added.id, added);
    return added;
  }

  clear(): void {
    this.#bases.clear();
  }

  /** Ids are longer than a double can hold, like the platform's. */
  #nextId(): string {
    this.#lastId += 7919n;
    return String(this.#lastId);
  }
}

/** True once a document can be found by a search. */
export const isEmbedded = ({ looks, fails, pages }: KnowledgeDocument): boolean =>
  looks > 1 && !fails && pages !== undefined;

/** Characters of a document's text. */
export const wordCount = ({ pages }: KnowledgeDocument): number => Array.from((pages ?? []).join("")).length;
