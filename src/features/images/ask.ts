import { imageModels, imageSizeProblem, type ImageModel } from "../../api/media/imageCatalog.ts";
import type { ImageRequest } from "../../api/media/images.ts";
import type { PlatformId } from "../../api/platforms.ts";
import {
  maxPromptLength,
  parseSize,
  promptLength,
  promptProblem,
  shapeOf,
  sizeProblemText,
} from "../../core/imageInput.ts";
import { t } from "../../host/l10n.ts";
import { askChoice, askText, type Answer, type PickItem } from "../../host/quickSteps.ts";
import type { Draft, Memory } from "./index.ts";

const keys = { model: "glm.images.model", size: "glm.images.size" } as const;

export function offeredModels(platform: PlatformId): readonly ImageModel[] {
  return imageModels.filter(
    ({ platforms }) => platform === "custom" || platforms === undefined || platforms.includes(platform),
  );
}

/** Prompt, model and size as three steps with a way back. Undefined when the user left; the draft keeps what was typed. */
export async function askForImage(
  platform: PlatformId,
  draft: Draft,
  memory: Memory,
): Promise<ImageRequest | undefined> {
  const models = offeredModels(platform);
  let model = models.find(({ id }) => id === memory.get(keys.model)) ?? models[0];
  let step = 1;
  while (model) {
    if (step === 1) {
      const answer = await askPrompt(draft);
      if (typeof answer === "string") return undefined;
      draft.prompt = answer.value;
      step = 2;
    } else if (step === 2) {
      const answer: Answer<ImageModel> = await askModel(models, model, platform);
      if (answer === "left") return undefined;
      if (answer !== "back") model = answer.value;
      step = answer === "back" ? 1 : 3;
    } else {
      const answer = await askSize(model, memory.get(keys.size));
      if (answer === "left") return undefined;
      if (answer !== "back") {
        memory.set(keys.model, model.id);
        memory.set(keys.size, answer.value);
        return { model: model.id, prompt: draft.prompt.trim(), size: answer.value };
      }
      step = 2;
    }
  }
  return undefined;
}

const heading = (step: number) => ({ title: t("Generate image"), step, of: 3 });

function askPrompt(draft: Draft): Promise<Answer<string>> {
  return askText({
    ...heading(1),
    value: draft.prompt,
    placeholder: t("A paper boat on a calm sea at dawn, watercolour"),
    prompt: (value) => t("What should the picture show? {0} of {1} characters", promptLength(value), maxPromptLength),
    problem: (value) => promptProblem(value, t),
    onChange: (value) => {
      draft.prompt = value;
    },
  });
}

function askModel(
  models: readonly ImageModel[],
  active: ImageModel,
  platform: PlatformId,
): Promise<Answer<ImageModel>> {
  return askChoice({
    ...heading(2),
    placeholder: t("Choose a model"),
    active,
    items: models.map((model) => ({
      label: model.label,
      description: model.id,
      ...priceOf(model, platform),
      value: model,
    })),
  });
}

/** BigModel bills in yuan at prices we do not know, and a custom server says nothing about its own. */
function priceOf({ price }: ImageModel, platform: PlatformId): { detail?: string } {
  if (price === undefined || (platform !== "zai" && platform !== "zai-coding")) return {};
  return { detail: t("${0} per image", price) };
}

function describe(size: string): { description?: string } {
  const shape = shapeOf(size);
  if (shape === undefined) return {};
  const words = { square: t("Square"), landscape: t("Landscape"), portrait: t("Portrait") };
  return { description: words[shape] };
}

const custom = "custom";

/** Presets, the custom size used last if this model takes it, and a way to type one. */
async function askSize(model: ImageModel, remembered: unknown): Promise<Answer<string>> {
  const last = typeof remembered === "string" && !imageSizeProblem(model.id, remembered) ? remembered : undefined;
  const sizes = [...new Set(last === undefined ? model.sizes : [...model.sizes, last])];
  const items: PickItem<string>[] = sizes.map((size) => ({ label: size, ...describe(size), value: size }));
  items.push({ label: t("Custom size…"), value: custom });
  let active = last ?? model.sizes[0];
  let typed = last ?? model.sizes[0] ?? "";
  for (;;) {
    const answer = await askChoice({
      ...heading(3),
      placeholder: t("Choose a size for {0}", model.label),
      items,
      active,
    });
    if (typeof answer === "string" || answer.value !== custom) return answer;
    const own = await askOwnSize(model, typed, (value) => {
      typed = value;
    });
    if (own !== "back") return own;
    active = custom;
  }
}

async function askOwnSize(
  model: ImageModel,
  value: string,
  onChange: (value: string) => void,
): Promise<Answer<string>> {
  const problem = (typed: string) => {
    const found = imageSizeProblem(model.id, parseSize(typed) ?? "");
    return found && sizeProblemText(found, model, t);
  };
  const answer = await askText({
    ...heading(3),
    value,
    placeholder: model.sizes[0] ?? "",
    prompt: () =>
      t(
        "Width x height in pixels: sides from {0} to {1}, divisible by {2}",
        model.sideMin,
        model.sideMax,
        model.multiple,
      ),
    problem,
    onChange,
  });
  return typeof answer === "string" ? answer : { value: parseSize(answer.value) ?? "" };
}
