import { BlockList, isIP } from "node:net";

/** Whether a host is reached without a proxy. The name is in lower case, an IPv6 address without its brackets. */
type Matcher = (hostname: string, port: string) => boolean;

/**
 * Reads the entries of `http.noProxy` or NO_PROXY. An entry is `*`, a domain (with its subdomains; a leading dot or `*.`
 * changes nothing), an address or a range of addresses (`10.0.0.0/8`); all but ranges may name a port.
 */
export function noProxyMatcher(entries: readonly string[]): Matcher {
  const matchers = entries.map((entry) => matcherOf(entry.trim().toLowerCase()));
  return (hostname, port) => matchers.some((matches) => matches(hostname.replace(/\.$/, ""), port));
}

function matcherOf(entry: string): Matcher {
  if (entry === "*") return () => true;
  const range = /^\[?([^\]/]+)\]?\/(\d+)$/.exec(entry);
  if (range) return inRange(range[1] ?? "", Number(range[2]));
  const { host, port } = splitPort(entry);
  const onPort: (asked: string) => boolean = (asked) => port === undefined || asked === port;
  if (isIP(host) !== 0) {
    const same = inRange(host, isIP(host) === 4 ? 32 : 128);
    return (hostname, asked) => onPort(asked) && same(hostname, asked);
  }
  const domain = host.replace(/^\*?\.+/, "").replace(/\.$/, "");
  if (domain === "") return () => false;
  return (hostname, asked) =>
    onPort(asked) && (hostname === domain || (isIP(hostname) === 0 && hostname.endsWith(`.${domain}`)));
}

function splitPort(entry: string): { host: string; port: string | undefined } {
  // More than one colon and no brackets: an IPv6 address, which then has no port.
  const parts = /^\[([^\]]+)\](?::(\d+))?$/.exec(entry) ?? /^([^:]+):(\d+)$/.exec(entry);
  return { host: parts?.[1] ?? entry, port: parts?.[2] };
}

function inRange(network: string, prefix: number): Matcher {
  const family = isIP(network);
  if (family === 0 || prefix > (family === 4 ? 32 : 128)) return () => false;
  const list = new BlockList();
  list.addSubnet(network, prefix, family === 4 ? "ipv4" : "ipv6");
  return (hostname) => isIP(hostname) !== 0 && list.check(hostname, isIP(hostname) === 4 ? "ipv4" : "ipv6");
}
