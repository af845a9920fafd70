import type { PictureView } from "../../protocol/turns.ts";
import { fill } from "../../protocol/strings.ts";
import type { ViewContext } from "./context.ts";
import { createIconButton } from "./icons.ts";
import { pictureBlob } from "./pictureBlob.ts";

interface Shown {
  readonly figure: HTMLElement;
  dispose(): void;
}

/** Pictures of an answer, each with Open and Save. Bytes are asked for when a picture comes near and let go with it. */
export class AnswerPictures {
  readonly element = document.createElement("div");
  readonly #context: ViewContext;
  readonly #shown = new Map<string, Shown>();

  constructor(context: ViewContext) {
    this.#context = context;
    this.element.className = "pictures";
    this.element.hidden = true;
  }

  update(pictures: readonly PictureView[]): void {
    this.element.hidden = pictures.length === 0;
    const wanted = new Set(pictures.map(({ id }) => id));
    for (const [id, shown] of this.#shown) if (!wanted.has(id)) this.#remove(id, shown);
    for (const picture of pictures) {
      if (this.#shown.has(picture.id)) continue;
      const shown = showPicture(picture, this.#context);
      this.#shown.set(picture.id, shown);
      this.element.append(shown.figure);
    }
  }

  dispose(): void {
    for (const [id, shown] of this.#shown) this.#remove(id, shown);
  }

  #remove(id: string, shown: Shown): void {
    shown.dispose();
    shown.figure.remove();
    this.#shown.delete(id);
  }
}

function showPicture({ id, label, width, height }: PictureView, context: ViewContext): Shown {
  const { strings } = context;
  const figure = document.createElement("figure");
  figure.className = "picture";
  const image = document.createElement("img");
  image.alt = label;
  // Its place is kept free, so that nothing jumps when it arrives.
  if (width !== undefined && height !== undefined && width > 0 && height > 0) {
    image.width = width;
    image.height = height;
  }
  const caption = document.createElement("figcaption");
  const name = document.createElement("span");
  name.className = "picture-name";
  name.textContent = label;
  name.title = label;
  caption.append(
    name,
    createIconButton("link-external", fill(strings.openPicture, label), () =>
      context.post({ type: "open-picture", pictureId: id }),
    ),
    createIconButton("save", fill(strings.savePicture, label), () =>
      context.post({ type: "save-picture", pictureId: id }),
    ),
  );
  figure.append(image, caption);

  const controller = new AbortController();
  let url: string | undefined;
  const stopWaiting = context.near.when(figure, () => {
    context.requests.ask({ type: "picture", pictureId: id }, controller.signal).then(
      (picture) => {
        if (controller.signal.aborted) return;
        url = URL.createObjectURL(pictureBlob(picture));
        image.src = url;
      },
      () => {
        if (controller.signal.aborted) return;
        const missing = document.createElement("p");
        missing.textContent = strings.pictureMissing;
        image.replaceWith(missing);
      },
    );
  });
  return {
    figure,
    dispose() {
      controller.abort();
      stopWaiting();
      if (url !== undefined) URL.revokeObjectURL(url);
    },
  };
}
