import * as vscode from "vscode";
import { toBase64 } from "../../api/http/base64.ts";
import { mimeTypes } from "../../api/http/fileType.ts";
import { ocrModel } from "../../api/media/ocrModel.ts";
import { seesInlineImages } from "../../api/models/catalog.ts";
import { offers, type Endpoint } from "../../api/platforms.ts";
import type { TextReader } from "../../core/services.ts";
import { markdownIn, readingMessages, signed, visionImageLimit } from "../../core/visionReading.ts";
import { chosenModel } from "../../host/config.ts";
import { t } from "../../host/l10n.ts";
import { notify } from "../../host/notify.ts";
import { plainText } from "../../host/plainText.ts";
import type { OcrDeps } from "./index.ts";

/**
 * The OCR service where the platform has it. Otherwise, for pictures, a model that sees; a plan lets choose between that and
 * the service against the balance. Undefined when the user declined, or has been told why there is no way.
 */
export async function openReader(deps: OcrDeps, picturesOnly: boolean): Promise<TextReader | undefined> {
  const endpoint = deps.connections.endpoint();
  if (!endpoint || offers(endpoint, "ocr")) return serviceReader(deps);
  if (endpoint.platform !== "custom") return planReader(deps, endpoint, picturesOnly);
  if (picturesOnly) return visionReader(deps);
  const { problems } = deps;
  const another = {
    label: problems.actionLabel("choose-platform"),
    run: () => problems.run("choose-platform"),
  };
  await notify(
    "warning",
    t("Your server has no OCR, and its models read pictures only. For PDFs choose a pay-as-you-go platform."),
    [another],
  );
  return undefined;
}

async function planReader(deps: OcrDeps, endpoint: Endpoint, picturesOnly: boolean): Promise<TextReader | undefined> {
  const name = await visionName(deps, endpoint);
  if (!picturesOnly) {
    const reason = t(
      "Only the OCR service reads PDFs, and it needs pay-as-you-go. {0} reads pictures on your plan.",
      name,
    );
    return serviceReader(deps, reason);
  }
  const vision = {
    label: t("Read with {0}", name),
    detail: t("Uses your plan, not your balance. Pictures only, up to 5 MB."),
    way: () => visionReader(deps),
  };
  const service = {
    label: t("Read with the OCR service"),
    detail: t("Pay-as-you-go, billed to your balance. Also for PDFs."),
    way: () => serviceReader(deps),
  };
  const chosen = await vscode.window.showQuickPick([vision, service], {
    title: t("{0} has no OCR", deps.connections.platformName()),
    placeHolder: t("Choose how to read the text"),
    ignoreFocusOut: true,
  });
  return chosen?.way();
}

/** As the list names it: the model itself is only settled once there is a connection. */
async function visionName({ connections }: OcrDeps, endpoint: Endpoint): Promise<string> {
  const catalog = await connections.catalog();
  const id = chosenModel("vision") ?? catalog.defaultModel(endpoint, "vision") ?? "";
  return plainText(catalog.modelInfo(id).label, 60);
}

/** `reason`: said before the question whether the balance may be billed. */
async function serviceReader({ connections }: OcrDeps, reason?: string): Promise<TextReader | undefined> {
  const connection = await connections.open("ocr", reason);
  if (!connection) return undefined;
  const { client } = connection;
  const model = chosenModel("ocr") ?? ocrModel.id;
  return {
    endpoint: client.endpoint,
    async read(file, _name, options) {
      const { markdown } = await client.recognise({ ...file, model }, options);
      return { markdown, model };
    },
  };
}

async function visionReader({ connections, problems }: OcrDeps): Promise<TextReader | undefined> {
  const connection = await connections.open("chat");
  if (!connection) return undefined;
  const { client, catalog, tuning } = connection;
  const custom = client.endpoint.platform === "custom";
  // A server of one's own may run the weights of GLM-OCR.
  const madeForIt = custom ? chosenModel("ocr") : undefined;
  return {
    endpoint: client.endpoint,
    async read({ bytes, type }, name, options) {
      if (type === "pdf") {
        return { problem: t("{0} is a PDF, whatever its name says. Only the OCR service reads PDFs.", name) };
      }
      if (!custom && bytes.length >= visionImageLimit) {
        return { problem: t("{0} is larger than 5 MB: make it smaller, or read it with the OCR service.", name) };
      }
      const model = madeForIt ?? (await connection.modelFor("vision", options));
      const asked = catalog.modelInfo(model);
      const blind = t("{0} cannot see pictures. Choose another model in glm.model.vision.", asked.label);
      if (asked.known && !seesInlineImages(asked)) return { problem: blind };
      const messages = readingMessages(`data:${mimeTypes[type]};base64,${toBase64(bytes)}`, madeForIt !== undefined);
      const answer = await client.complete({ ...(madeForIt === undefined ? tuning : {}), model, messages }, options);
      if (answer.droppedImages > 0) return { problem: blind };
      const reader = answer.model || model;
      const markdown = markdownIn(answer.text);
      const ending = problems.describeEnding(answer.finish, markdown !== "");
      if (markdown === "" && ending) return { problem: ending.text };
      const { label } = catalog.modelInfo(reader);
      return { markdown: signed(ending ? `${markdown}\n\n> ${ending.text}` : markdown, label, t), model: reader };
    },
  };
}
