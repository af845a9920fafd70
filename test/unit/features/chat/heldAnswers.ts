import { expect } from "vitest";
import type { ChatPart, ChatRequest, FinishReason } from "../../../../src/api/chat/chatTypes.ts";
import type { Client, RequestOptions } from "../../../../src/api/client.ts";
import { ApiError } from "../../../../src/api/errors.ts";
import { officialEndpoint } from "../../../../src/api/platforms.ts";

/** A service whose answers begin with "A1", "A2" … and end when the test says so. */
export class HeldAnswers {
  readonly requests: ChatRequest[] = [];
  readonly client: Client;
  #end: ((ending: FinishReason | ApiError) => void) | undefined;

  constructor() {
    const chat = (request: ChatRequest, options: RequestOptions = {}) => this.#answer(request, options);
    this.client = { endpoint: officialEndpoint("zai"), chat } as Client;
  }

  /** The questions of a request. */
  questions(index: number): unknown[] {
    return (this.requests[index]?.messages ?? []).flatMap(({ role, content }) => (role === "user" ? [content] : []));
  }

  /** Waits until there are so many requests, and until the last one is being answered. */
  async reached(count: number): Promise<void> {
    await expect.poll(() => (this.#end ? this.requests.length : 0)).toBe(count);
  }

  end(ending: FinishReason | ApiError = "stop"): void {
    const end = this.#end;
    this.#end = undefined;
    end?.(ending);
  }

  async *#answer(request: ChatRequest, { signal }: RequestOptions): AsyncGenerator<ChatPart> {
    this.requests.push(request);
    yield { type: "text-delta", text: `A${this.requests.length}` };
    const reason = await new Promise<FinishReason>((resolve, reject) => {
      this.#end = (ending) => (typeof ending === "string" ? resolve(ending) : reject(ending));
      signal?.addEventListener("abort", () => this.end(new ApiError("cancelled")));
    });
    yield { type: "finish", reason };
  }
}
