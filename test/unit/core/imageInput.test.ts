import { describe, expect, test } from "vitest";
import { imageModels, imageSizeProblem } from "../../../src/api/media/imageCatalog.ts";
import { parseSize, promptLength, promptProblem, shapeOf, sizeProblemText } from "../../../src/core/imageInput.ts";

const t = (message: string, ...values: (string | number)[]) =>
  message.replace(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)]));

describe("size", () => {
  test.each([
    ["1024x768", "1024x768"],
    [" 1024 X 768 px ", "1024x768"],
    ["1024×768", "1024x768"],
    ["１０２４ｘ７６８", "1024x768"],
    ["1024*768", "1024x768"],
    ["01024x768", "1024x768"],
    ["1024", undefined],
    ["1024x768x2", undefined],
    ["-1x5", undefined],
    ["", undefined],
  ])("%s", (typed, size) => {
    expect(parseSize(typed)).toBe(size);
  });

  test("shape", () => {
    expect(shapeOf("5x5")).toBe("square");
    expect(shapeOf("6x5")).toBe("landscape");
    expect(shapeOf("5x6")).toBe("portrait");
    expect(shapeOf("large")).toBeUndefined();
  });

  test("each refusal says what the model takes", () => {
    const model = imageModels.find(({ id }) => id === "glm-image");
    if (!model) throw new Error("glm-image is gone from the catalogue");
    const words = (typed: string) => {
      const problem = imageSizeProblem(model.id, parseSize(typed) ?? "");
      return problem && sizeProblemText(problem, model, t);
    };
    expect(words("big")).toBe("Type width x height in pixels, for example 1280x1280.");
    expect(words("512x1024")).toBe("GLM-Image takes sides from 1024 to 2048 pixels.");
    expect(words("1030x1030")).toBe("GLM-Image takes sides that can be divided by 32.");
    expect(words("1280 x 1280")).toBeUndefined();
  });
});

describe("prompt", () => {
  test("counts characters, not code units or the space around", () => {
    expect(promptLength("  🎉猫 ")).toBe(2);
  });

  test("empty and too long are refused", () => {
    expect(promptProblem(" \n", t)).toBe("Describe the picture in a few words.");
    expect(promptProblem("🎉".repeat(1000), t)).toBeUndefined();
    expect(promptProblem("x".repeat(1001), t)).toContain("1001 characters");
  });
});
