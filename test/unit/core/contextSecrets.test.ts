import { describe, expect, it } from "vitest";
import { findSecret, findSecretInPatch } from "../../../src/core/contextSecrets.ts";

const hex = "0123456789abcdef0123456789abcdef";
const letters = (count: number) => "aB3dE5gH7jK9mN1pQ2sT4vW6xY8zA0bC".repeat(10).slice(0, count);

describe("what is likely a secret", () => {
  it.each([
    [".env", "PORT=1", "environment-file"],
    ["config/.env.production", "PORT=1", "environment-file"],
    ["prod.env", "A=1", "environment-file"],
    [".envrc", "export A=1", "environment-file"],
    ["keys/server.pem", "x", "key-file"],
    ["home/.ssh/id_rsa", "x", "key-file"],
    ["id_ed25519", "x", "key-file"],
    ["release.keystore", "x", "key-file"],
    [".aws/credentials", "x", "credentials-file"],
    [".netrc", "machine a login b", "credentials-file"],
    ["prod.tfvars", "a = 1", "credentials-file"],
    ["secrets.yaml", "a: 1", "credentials-file"],
  ])("by the name of %s", (path, text, kind) => expect(findSecret(path, text)).toEqual({ kind }));

  it.each([
    [".env.example", "KEY="],
    [".env.sample", "KEY="],
    [".env", "  \n"],
    ["environment.ts", "export const a = 1"],
    ["id_rsa.pub", "ssh-rsa AAAA"],
    ["src/keys.ts", "export const keys = []"],
    ["docs/credentials.md", "How to get some"],
    ["test/envelope.env.ts", "x"],
  ])("not by the name of %s", (path, text) => expect(findSecret(path, text)).toBeUndefined());

  it.each([
    ["-----BEGIN RSA PRIVATE KEY-----", "private-key"],
    ["-----BEGIN PRIVATE KEY-----", "private-key"],
    ["-----BEGIN OPENSSH PRIVATE KEY-----", "private-key"],
    ["-----BEGIN PGP PRIVATE KEY BLOCK-----", "private-key"],
    [`const key = "${hex}.AbCd1234EfGh5678"`, "api-key"],
    ["AKIAIOSFODNN7ABCDEFG", "cloud-key"],
    [`aws_secret_access_key = ${letters(40)}`, "cloud-key"],
    [`AccountKey=${letters(86)}==`, "cloud-key"],
    [`AIza${letters(35)}`, "cloud-key"],
    [`token: ghp_${letters(36)}`, "access-token"],
    [`github_pat_${letters(70)}`, "access-token"],
    [`glpat-${letters(20)}`, "access-token"],
    ["xoxb-" + letters(30), "access-token"],
    [`npm_${letters(36)}`, "access-token"],
    [`//registry.example.com/:_authToken=${letters(20)}`, "access-token"],
    [`eyJ${letters(30)}.eyJ${letters(60)}.${letters(40)}`, "access-token"],
    [`curl -H "Authorization: Bearer ${letters(40)}"`, "access-token"],
    [`OPENAI_API_KEY=sk-proj-${letters(48)}`, "api-key"],
    [`sk-ant-api03-${letters(60)}`, "api-key"],
    [`sk_live_${letters(24)}`, "api-key"],
    ["postgres://shop:s3cr3t-w0rd@db.example.com/shop", "connection-string"],
    ["mongodb+srv://app:Zx81qq@cluster.example.net", "connection-string"],
    ["redis://:Zx81qq@cache.example.net:6379", "connection-string"],
    ["Server=db;Database=shop;User Id=app;Password=Zx81qq!;", "connection-string"],
    [`password: "${letters(20)}"`, "password"],
    [`export const token = "ghp_${letters(36)}";`, "access-token"],
    [`"apiKey": "${letters(32)}"`, "password"],
  ])("in %s", (text, kind) => expect(findSecret("src/a.ts", `one\n${text}\n`)).toEqual({ kind, line: 2 }));

  it.each([
    "-----BEGIN CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----",
    `${hex}.chunk.js`,
    `app.${hex}.bundleloader`,
    `"integrity": "sha512-${letters(86)}=="`,
    "AKIAIOSFODNN7EXAMPLE",
    "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "const token = await readToken(context)",
    'const password = "changeme"',
    'password: "your-password-here"',
    "OPENAI_API_KEY=sk-your-key-goes-in-this-place",
    "npm_config_registry",
    ":_authToken=${NPM_TOKEN}",
    "Authorization: Bearer $TOKEN",
    "Bearer <the token that you were given>",
    "postgres://user:password@localhost/db",
    "https://example.com:8080/a@b",
    "postgres://app:${PASSWORD}@db/shop",
    "ghp_short",
    "the task-runner's sk-something-or-other-with-dashes",
    'description: "sets the access token of a client"',
    'tokenType: "application/x-www-form-urlencoded"',
  ])("not in %s", (text) => expect(findSecret("src/a.ts", text)).toBeUndefined());

  it("is told at its first line", () => {
    const text = `a\nb\nghp_${letters(36)}\n-----BEGIN PRIVATE KEY-----\n`;
    expect(findSecret("notes.txt", text)).toEqual({ kind: "access-token", line: 3 });
  });

  it.each([
    ["one long word", "a".repeat(200_000)],
    ["colons and slashes", "://:".repeat(50_000)],
    ["half a token", `eyJ${"a".repeat(190_000)}`],
    ["quotes", `password="${"'a".repeat(90_000)}`],
    ["server after server", "Server=a;".repeat(22_000)],
    ["blanks", `token${" ".repeat(190_000)}=`],
    ["letters and dots", "a.b:c@".repeat(33_000)],
  ])("is looked for in bounded time among %s", (_name, text) => {
    // What takes quadratic time with these would not end within the time of a test.
    expect(() => findSecret("a.txt", text)).not.toThrow();
  });
});

const part = (name: string, line = "+PORT=1") =>
  `diff --git a/${name} b/${name}\n--- a/${name}\n+++ b/${name}\n@@ -0,0 +1 @@\n${line}\n`;

describe("what is likely a secret in a patch", () => {
  it.each([
    [
      "by the name of any of its files",
      part("a.ts") + part("config/.env"),
      { kind: "environment-file", file: "config/.env" },
    ],
    ["by what is in it", part("a.ts", `+ghp_${letters(36)}`), { kind: "access-token", line: 5 }],
    ["not by what is no file of it", part("a.ts", "+see diff --git a/.env b/.env"), undefined],
  ])("is told %s", (_, patch, found) => expect(findSecretInPatch(patch)).toEqual(found));
});
