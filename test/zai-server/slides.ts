import { escapeHtml } from "./html.ts";

/** A slide before it is drawn. */
export interface Slide {
  readonly title: string;
  readonly points: readonly string[];
}

/** A slide and where it goes, counted from 1. */
export interface SlideChange {
  readonly position: number;
  readonly slide: Slide;
  readonly isNew: boolean;
}

/**
 * What an order changes in a deck. It replaces the slide that it names (`page 2`, `第 2 页`), otherwise it adds slides: as many
 * as it says (`5 slides`, `5 页`), or three to an empty deck and one to another.
 */
export function planSlides(order: string, deck: readonly Slide[]): SlideChange[] {
  const named = /(?:page|slide)\s*(\d+)|第\s*(\d+)\s*[页张]/i.exec(order);
  const position = Number(named?.[1] ?? named?.[2] ?? 0);
  if (position >= 1 && position <= deck.length) return [{ position, slide: slideAbout(order, []), isNew: false }];
  const asked = Number(/(\d+)\s*(?:pages?|slides?|页|张)/i.exec(order)?.[1] ?? 0);
  const count = Math.min(20, Math.max(1, asked === 0 ? (deck.length === 0 ? 3 : 1) : asked));
  const subjects = subjectsOf(order);
  return Array.from({ length: count }, (_, index) => ({
    position: deck.length + index + 1,
    isNew: true,
    slide:
      index === 0
        ? slideAbout(order, subjects)
        : slideAbout(subjects[(index - 1) % Math.max(1, subjects.length)] ?? order, [`${index + 1} / ${count}`]),
  }));
}

const short = (text: string, length: number): string => Array.from(text).slice(0, length).join("");

function slideAbout(text: string, points: readonly string[]): Slide {
  const title = short((text.split("\n").find((line) => line.trim() !== "") ?? "").trim(), 80);
  return { title, points };
}

/** What the order is about: its list items, or what its commas part. */
function subjectsOf(order: string): string[] {
  const items = [...order.matchAll(/^\s*(?:[-*•]|\d+[.)、])\s*(.+)$/gm)].map(([, item = ""]) => item.trim());
  const parts = items.length > 0 ? items : order.split(/[:：,，;；、\n]/).slice(1);
  return parts.map((part) => short(part.trim().replace(/[.。]$/, ""), 60)).filter((part) => part !== "");
}

/** The slide as the agent's page tools hand it over; a hostile one runs a script and calls home. */
export function slideHtml({ title, points }: Slide, hostile = false): string {
  const extra = hostile
    ? `<script>document.body.innerHTML="owned"</script><img src="https://evil.example/pixel.png">`
    : "";
  const items = points.map((point) => `<li>${escapeHtml(point)}</li>`).join("");
  return (
    `<!DOCTYPE html><html><head><meta charset="utf-8"><style>body{margin:0;width:1280px;height:720px;font-family:sans-serif}` +
    `h1{margin:80px;font-size:56px}ul{margin:0 100px;font-size:32px;line-height:1.6}</style></head>` +
    `<body><h1>${escapeHtml(title)}</h1>${items === "" ? "" : `<ul>${items}</ul>`}${extra}</body></html>`
  );
}

/** What stands on the slide. */
export const slideText = ({ title, points }: Slide): string => [title, ...points].join("\n");
