import { html, nothing, type TemplateResult } from "lit/html.js";
import { fill } from "../../protocol/strings.ts";
import type { ToHost } from "../../protocol/messages.ts";
import type { AnswerFacts, AnswerTurnView, ProblemView } from "../../protocol/turns.ts";
import type { ViewContext } from "./context.ts";
import { formatSpan, formatWait } from "./format.ts";
import { iconClass } from "./icons.ts";

/** After this long without a word the view says what it is waiting for. */
const longWait = 10_000;

export const running: ReadonlySet<AnswerFacts["status"]> = new Set(["waiting", "thinking", "answering"]);

/** What an answer is waiting for. `lastGrowth`: when its text grew last, in milliseconds since the epoch, as is `now`. */
export function waitingLine(
  { status, wait, step, model, startedAt }: AnswerFacts,
  lastGrowth: number,
  now: number,
  { strings }: ViewContext,
): TemplateResult | typeof nothing {
  if (!running.has(status)) return nothing;
  if (wait !== undefined && (wait.resumesAt ?? Infinity) > now) {
    // Rounded up: "in 0 s" would be wrong for a whole second.
    return waitLine(formatWait(wait, now - 999, strings));
  }
  if (step !== undefined) return waitLine(step);
  // Thinking has a clock of its own.
  if (status === "thinking") return nothing;
  const elapsed = now - (status === "waiting" ? startedAt : lastGrowth);
  if (elapsed >= longWait) return waitLine(fill(strings.waitingLong, model, formatSpan(elapsed, strings)));
  return status === "waiting" ? waitLine(fill(strings.waiting, formatSpan(elapsed, strings))) : nothing;
}

function waitLine(text: string): TemplateResult {
  return html`<div class="wait-line">
    <i class="codicon codicon-loading spin" aria-hidden="true"></i><span>${text}</span>
  </div>`;
}

/** How an answer ended that did not end well, and what to do about it. */
export function ending({ id, text, facts }: AnswerTurnView, context: ViewContext): TemplateResult | typeof nothing {
  const { strings } = context;
  const { status, problem } = facts;
  const ended = status === "failed" || status === "cut" || status === "stopped";
  if (!ended && problem === undefined) return nothing;
  const kind = status === "failed" ? "error" : status === "stopped" ? "circle-slash" : "warning";
  // An answer that a killed host left behind has no problem of its own.
  const words = problem?.text ?? (status === "stopped" ? strings.stopped : strings.interrupted);
  // The host may offer its own way to try again, with a better name.
  const retry = ended && !(problem?.actions.some(({ id: action }) => action.startsWith("retry")) ?? false);
  const goOn = (status === "cut" || status === "stopped") && text !== "";
  const button = (label: string, message: ToHost, more = "") =>
    html`<button type="button" class="secondary ${more}" @click=${() => context.post(message)}>${label}</button>`;
  return html`<div class="problem problem-${status}">
    <i class=${iconClass(kind)} aria-hidden="true"></i>
    <div class="problem-content">
      <p dir="auto">${words}</p>
      <div class="buttons">
        ${goOn ? button(strings.continueAnswer, { type: "continue", turnId: id }, "only-last") : nothing}
        ${problem?.actions.map((action) =>
          button(action.label, { type: "problem-action", turnId: id, action: action.id }),
        )}
        ${retry ? button(strings.retry, { type: "retry", turnId: id }, "retry only-last") : nothing}
      </div>
      ${details(problem, strings.details)}
    </div>
  </div>`;
}

function details(problem: ProblemView | undefined, summary: string): TemplateResult | typeof nothing {
  if (problem?.details === undefined || problem.details === "") return nothing;
  return html`<details>
    <summary>${summary}</summary>
    <pre tabindex="0">${problem.details}</pre>
  </details>`;
}

/** A quiet line above the answer, e.g. which model read its pictures. */
export function noteLine({ id, facts }: AnswerTurnView, context: ViewContext): TemplateResult | typeof nothing {
  const { note } = facts;
  if (note === undefined) return nothing;
  return html`<p class="note" dir="auto">
    <i class=${iconClass("info")} aria-hidden="true"></i>
    <span>
      ${note.text}
      ${note.actions.map(
        (action) =>
          html`<button
            type="button"
            class="link-button"
            @click=${() => context.post({ type: "problem-action", turnId: id, action: action.id })}
          >
            ${action.label}
          </button> `,
      )}
    </span>
  </p>`;
}
