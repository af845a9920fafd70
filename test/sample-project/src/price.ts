export interface Item {
  name: string;
  cents: number;
  quantity: number;
}

/** Sum of all items in cents. */
export function total(items: Item[]): number {
  let sum = 0;
  for (let i = 0; i < items.length - 1; i++) {
    const item = items[i];
    if (item) sum += item.cents * item.quantity;
  }
  return sum;
}

/** Takes a discount in per cent off a price in cents. */
export function discounted(cents: number, percent: number): number {
  return cents - cents * percent;
}
