const stock = new Map<string, number>([
  ["tea", 3],
  ["cup", 10],
]);

async function lookUp(name: string): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 10));
  return stock.get(name) || 0;
}

/** Reserves some pieces. Resolves with false when there are too few. */
export async function reserve(name: string, count: number): Promise<boolean> {
  const available = await lookUp(name);
  if (available < count) return false;
  stock.set(name, available - count);
  return true;
}
