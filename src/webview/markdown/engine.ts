import { IncrementalMarkdown } from "./incremental.ts";
import { createRenderer, type MarkdownRenderer } from "./render.ts";
import { toSafeFragment } from "./sanitize.ts";

/** What the lazily loaded Markdown chunk offers. */
export interface MarkdownEngine {
  document(): IncrementalMarkdown;
  toSafeFragment(html: string): DocumentFragment;
}

export function createEngine(imageText: (alt: string) => string): MarkdownEngine {
  const renderer: MarkdownRenderer = createRenderer(imageText);
  return { document: () => new IncrementalMarkdown(renderer), toSafeFragment };
}
