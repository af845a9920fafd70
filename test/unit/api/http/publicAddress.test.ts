import { describe, expect, it } from "vitest";
import { isPublicAddress } from "../../../../src/api/http/publicAddress.ts";

describe("a public address", () => {
  it.each([
    "https://example.org/page?q=1#part",
    "http://example.org:8080/",
    "https://8.8.8.8/",
    "https://172.15.0.1/",
    "https://172.32.0.1/",
    "https://100.63.255.255/",
    "https://223.255.255.255/",
    "https://[2606:4700:4700::1111]/",
    "https://münchen.example/",
    "https://example.org./",
    "https://localhost.example.org/",
  ])("is %s", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    ["no address", "example.org"],
    ["no web address", "ftp://example.org/"],
    ["a file", "file:///etc/passwd"],
    ["a data URI", "data:text/html,hello"],
    ["with a user name", "https://user@example.org/"],
    ["with a password", "https://:secret@example.org/"],
    ["this machine", "http://localhost:3000/"],
    ["this machine, with a dot", "http://localhost./"],
    ["this machine, with a name before", "http://app.localhost/"],
    ["loopback", "http://127.0.0.1/"],
    ["loopback, decimal", "http://2130706433/"],
    ["loopback, hexadecimal", "http://0x7f.1/"],
    ["loopback, octal", "http://0177.0.0.1/"],
    ["loopback, wide digits", "http://１２７.0.0.1/"],
    ["any address", "http://0.0.0.0/"],
    ["10/8", "http://10.1.2.3/"],
    ["172.16/12", "http://172.31.255.255/"],
    ["192.168/16", "https://192.168.0.1/router"],
    ["a carrier's network", "http://100.64.0.1/"],
    ["a cloud's metadata", "http://169.254.169.254/latest/meta-data"],
    ["multicast", "http://239.1.2.3/"],
    ["broadcast", "http://255.255.255.255/"],
    ["loopback, IPv6", "http://[::1]/"],
    ["loopback, wrapped", "http://[::ffff:127.0.0.1]/"],
    ["loopback, translated", "http://[64:ff9b::7f00:1]/"],
    ["private, IPv6", "http://[fd12:3456::1]/"],
    ["link-local, IPv6", "http://[fe80::1]/"],
    ["private in 6to4", "http://[2002:0a00:0001::1]/"],
    ["Teredo", "http://[2001:0:53aa:64c::1]/"],
    ["Teredo with zeros", "http://[2001::1]/"],
    ["documentation, IPv6", "http://[2001:db8::1]/"],
    ["a bare name", "http://intranet/"],
    ["a name of the local network", "http://printer.local/"],
    ["an internal name", "https://git.internal/"],
    ["a home network", "https://nas.home.arpa/"],
  ])("is not %s: %s", (_name, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});
