/** First characters of a PNG and of a JPEG in base64. */
const signatures = [
  ["iVBORw0KGg", "image/png"],
  ["/9j/", "image/jpeg"],
] as const;

/** `address`, as a data URI where it is the bare base64 of a PNG or JPEG, which the service takes as well (API notes 2.3). */
export function imageAddress(address: string): string {
  const mime = signatures.find(([start]) => address.startsWith(start))?.[1];
  return mime !== undefined && /^[A-Za-z0-9+/]+={0,2}$/.test(address) ? `data:${mime};base64,${address}` : address;
}
