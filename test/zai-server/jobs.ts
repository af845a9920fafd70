import type { Account } from "./accounts.ts";
import { newId } from "./completion.ts";
import { sendJson } from "./delivery.ts";
import { ApiError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";

/** Work that goes on after its request was answered. Times are `Date.now()` milliseconds. */
export interface Job {
  readonly owner: string;
  readonly model: string;
  readonly requestId: string;
  readonly readyAt: number;
  /** What a FAIL holds besides the heading; undefined for a job that succeeds. */
  readonly failure: object | undefined;
  /** What a successful answer holds besides the heading; `cdn` is where the asker finds result files. */
  readonly result: (cdn: string, id: string) => object;
  asked: number;
}

/** Takes a job in and answers PROCESSING with its id. @throws ApiError 1231 when the key has one with this request_id running. */
export async function startJob(exchange: Exchange, job: Omit<Job, "asked">): Promise<void> {
  const running = [...exchange.state.jobs.values()].some(
    ({ owner, requestId, readyAt }) => owner === job.owner && requestId === job.requestId && readyAt > Date.now(),
  );
  if (running) throw new ApiError("1231");
  const id = newId().slice(2);
  exchange.state.jobs.set(id, { ...job, asked: 0 });
  await sendJson(exchange, 200, { model: job.model, id, request_id: job.requestId, task_status: "PROCESSING" });
}

/** GET /async-result/{id}: the first answer is PROCESSING, so that a client has to poll; what fails may do so at once. */
export function jobsRoute(call: string, exchange: Exchange, account: Account): Promise<void> | undefined {
  const id = /^GET \/async-result\/([\w-]+)$/.exec(call)?.[1];
  return id === undefined ? undefined : handleAsyncResult(exchange, account, id);
}

async function handleAsyncResult(exchange: Exchange, account: Account, id: string): Promise<void> {
  const job = exchange.state.jobs.get(id);
  // The documents do not say what a wrong id gives; an invalid field is the closest of their codes.
  if (job === undefined || job.owner !== account.key || exchange.faults.has("result-expired"))
    throw new ApiError("1214", { en: "The task does not exist", zh: "任务不存在" });
  job.asked++;
  const ready = (job.asked > 1 || job.failure !== undefined) && Date.now() >= job.readyAt;
  const outcome = job.failure === undefined ? "SUCCESS" : "FAIL";
  await sendJson(exchange, 200, {
    model: job.model,
    id,
    request_id: job.requestId,
    task_status: ready ? outcome : "PROCESSING",
    ...(ready ? (job.failure ?? job.result(exchange.cdn, id)) : {}),
  });
}
