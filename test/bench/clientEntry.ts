/** What the benchmark bundles of the client: the extension ships it bundled too. */
export { createClient } from "../../src/api/client.ts";
export { hostTransport, systemClock } from "../../src/api/transport.ts";
