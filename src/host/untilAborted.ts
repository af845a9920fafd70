/** Settles as `work` does, or resolves when `signal` is aborted first: for work of VS Code's that cannot be cancelled. */
export async function untilAborted(work: PromiseLike<unknown> | undefined, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  const onAbort = () => resolve();
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
