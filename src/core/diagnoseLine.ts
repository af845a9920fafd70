import type { TransportId } from "./diagnoseFindings.ts";
import type { Problem, ProblemAction, Translate } from "./services.ts";

/** `note`: worth knowing, and no obstacle. */
export type Verdict = "ok" | "problem" | "note" | "skipped";

/** What may be opened or changed with one click. */
export type NextStep =
  | { readonly kind: "action"; readonly action: ProblemAction }
  | { readonly kind: "setting"; readonly setting: string }
  | { readonly kind: "transport"; readonly transport: TransportId };

/** One step in the user's language. Names from outside in `fact` and `remedy` are plain text, not yet Markdown. */
export interface Line {
  readonly name: string;
  readonly verdict: Verdict;
  readonly fact: string;
  /** For who helps: status, business code, system code. */
  readonly codes?: string | undefined;
  readonly remedy?: string | undefined;
  readonly next?: NextStep | undefined;
}

/** What the words need beside the findings. */
export interface Wording {
  readonly t: Translate;
  readonly language: string;
  /** Words for an error of the client. */
  readonly describe: (error: unknown) => Problem | undefined;
  /** Takes out of a sentence what must not leave this machine. */
  readonly clean: (text: string) => string;
}

export const openSetting = (setting: string): NextStep => ({ kind: "setting", setting });
export const useTransport = (transport: TransportId): NextStep => ({ kind: "transport", transport });
export const takeAction = (action: ProblemAction): NextStep => ({ kind: "action", action });

/** Time limits are told in seconds. */
export function seconds(ms: number): number {
  return Math.max(1, Math.round(ms / 1000));
}
