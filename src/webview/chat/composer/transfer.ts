/** What of a clipboard or a drag is ours to take. */

/** How VS Code hands over what is dragged from the Explorer and from tabs, best first. */
const addressTypes = ["application/vnd.code.uri-list", "resourceurls", "text/uri-list"] as const;

/** What the host takes at once. */
const mostAddresses = 200;
const longestAddress = 4_096;

/** While something is dragged only its types are known. A link out of a page is text and goes where text goes. */
export function canTake(types: readonly string[]): boolean {
  if (types.includes("Files") || types.includes("application/vnd.code.uri-list") || types.includes("resourceurls")) {
    return true;
  }
  return types.includes("text/uri-list") && !types.includes("text/html");
}

/** Addresses of what was dropped; empty when there are none or they cannot be read. */
export function addressesIn(read: (type: string) => string): string[] {
  for (const type of addressTypes) {
    const text = read(type);
    const all = type === "resourceurls" ? parseList(text) : text.split(/\r?\n/);
    const known = all.filter((line) => /^[a-z][\w+.-]*:/i.test(line) && !/^https?:/i.test(line));
    const fitting = known.filter((address) => address.length <= longestAddress);
    if (fitting.length > 0) return [...new Set(fitting)].slice(0, mostAddresses);
  }
  return [];
}

function parseList(text: string): string[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((entry) => typeof entry === "string") : [];
  } catch {
    return [];
  }
}
