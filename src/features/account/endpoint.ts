import { customEndpoint, officialEndpoint, type Endpoint } from "../../api/platforms.ts";
import { readSetting } from "../../host/config.ts";
import { readExtras } from "./extras.ts";

/** Endpoint of the user's settings. Undefined while a custom server has no valid address. */
export function endpointInForce(): Endpoint | undefined {
  const platform = readSetting("glm.platform");
  if (platform !== "custom") return officialEndpoint(platform);
  const { extras } = readExtras();
  return customEndpoint(readSetting("glm.custom.baseUrl"), readSetting("glm.custom.dialect"), extras);
}
