import { checkExtras, type EndpointExtras } from "../../api/endpointExtras.ts";
import { ApiError } from "../../api/errors.ts";
import { readSetting } from "../../host/config.ts";

/** A member of a setting that is not sent. Its value may be a secret and is not here. */
export interface RefusedMember {
  readonly setting: "glm.custom.extraBody" | "glm.custom.extraHeaders";
  readonly member: string;
}

/** What the user wants a custom server to get beside the ordinary request, without what must not or cannot be sent. */
export function readExtras(): { readonly extras: EndpointExtras; readonly refused: readonly RefusedMember[] } {
  const refused: RefusedMember[] = [];
  const bodyMembers = Object.entries(recordOf(readSetting("glm.custom.extraBody")));
  const headers = Object.entries(recordOf(readSetting("glm.custom.extraHeaders")));
  const extraBody = bodyMembers.filter(([member, value]) => {
    const ok = isAllowed({ extraBody: { [member]: value } });
    if (!ok) refused.push({ setting: "glm.custom.extraBody", member });
    return ok;
  });
  const extraHeaders = headers.flatMap(([member, value]): [string, string][] => {
    if (typeof value === "string" && isAllowed({ extraHeaders: { [member]: value } })) return [[member, value]];
    refused.push({ setting: "glm.custom.extraHeaders", member });
    return [];
  });
  return {
    extras: {
      reasoning: readSetting("glm.custom.reasoning"),
      extraBody: Object.fromEntries(extraBody),
      extraHeaders: Object.fromEntries(extraHeaders),
    },
    refused,
  };
}

function isAllowed(extras: EndpointExtras): boolean {
  try {
    checkExtras(extras);
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

/** Checked by `readSetting` to be an object. */
function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
