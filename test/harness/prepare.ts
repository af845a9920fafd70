import { findChromium } from "./chromium.ts";
import { findDesktop } from "./desktop.ts";
import { type HostFlavour, installHost } from "./host-install.ts";

export type Wanted = {
  browser: boolean;
  /** VS Codes of any kind, a desktop one where it can be had. */
  hosts: readonly HostFlavour[];
  /** VS Codes from npm. */
  npmHosted: readonly HostFlavour[];
};

/** What has been fetched when it resolves. Neither rejects: the suite that needs it tries again and tells why. */
export type Prepared = { browser: Promise<unknown>; hosts: Promise<unknown> };

/** Fetches what a fresh machine lacks. That takes minutes of mostly waiting, so it is started beside the first suites. */
export function prepare({ browser, hosts, npmHosted }: Wanted): Prepared {
  const fetch = async (flavour: HostFlavour): Promise<void> => {
    const fromNpm = npmHosted.includes(flavour) || typeof (await findDesktop(flavour)) === "string";
    if (fromNpm) await installHost(flavour);
  };
  const foundBrowser = Promise.allSettled(browser ? [findChromium()] : []);
  const flavours = [...new Set([...hosts, ...npmHosted])];
  return { browser: foundBrowser, hosts: Promise.allSettled([foundBrowser, ...flavours.map(fetch)]) };
}
