/**
 * undici, file by file. Its entry (and everything that reads `lib/global.js`) takes over the dispatcher of the whole
 * process, in VS Code that of every extension; the files below touch nothing outside themselves.
 */
declare module "undici/lib/dispatcher/agent.js" {
  export { default } from "undici/types/agent.d.ts";
}

declare module "undici/lib/dispatcher/client.js" {
  export { default } from "undici/types/client.d.ts";
}

declare module "undici/lib/core/connect.js" {
  export { default } from "undici/types/connector.d.ts";
}

declare module "undici/lib/api/api-connect.js" {
  import type { Socket } from "node:net";
  import type Dispatcher from "undici/types/dispatcher.d.ts";

  /** Asks for a tunnel with CONNECT; resolves with the proxy's answer, whatever its status, and the socket. */
  function connect(
    this: Dispatcher,
    options: { readonly path: string; readonly headers: Record<string, string> },
  ): Promise<{ readonly statusCode: number; readonly socket: Socket }>;
  export default connect;
}
