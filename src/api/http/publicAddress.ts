/** IPv4 networks that do not lead to the public internet: first address and length of the prefix in bits. */
const reservedNetworks: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
];

/** Endings of names that only mean something inside a network. */
const localNames = /\.(?:localhost|local|localdomain|internal|intranet|private|corp|home|lan|home\.arpa|onion)$/;

export const publicAddressRule = "public http(s) address without user name";

/**
 * True for an http(s) address on the public internet. The service fetches such addresses from its own machines: one of this
 * machine or of a company's network would not be found there, but it would tell the service the names and paths of internal
 * systems; a user name or password inside an address would be told as well. Only the address is looked at: no name is
 * resolved, so that a public name of a private machine passes.
 */
export function isPublicAddress(address: string): boolean {
  const url = URL.parse(address);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) return false;
  // The parser has brought all ways to write an address (decimal, octal, hexadecimal, shortened) into one form.
  const host = url.hostname.replace(/\.$/, "");
  if (host.startsWith("[")) return isPublicIpv6(host.slice(1, -1));
  if (/^\d+\.\d+\.\d+\.\d+$/.test(host)) return isPublicIpv4(host);
  return host.includes(".") && !localNames.test(host);
}

function isPublicIpv4(host: string): boolean {
  const address = ipv4Number(host);
  return !reservedNetworks.some(([network, bits]) => {
    const size = 2 ** (32 - bits);
    return Math.floor(address / size) === Math.floor(ipv4Number(network) / size);
  });
}

function ipv4Number(host: string): number {
  return host.split(".").reduce((number, part) => number * 256 + Number(part), 0);
}

/** Global unicast (2000::/3) without documentation, and without what only wraps an IPv4 address (6to4, Teredo). */
function isPublicIpv6(host: string): boolean {
  const first = Number.parseInt(host, 16);
  return first >= 0x2000 && first <= 0x3fff && !/^(?:2002:|2001:(?:0:|:|db8:))/.test(host);
}
