import type { PictureView } from "../../protocol/turns.ts";
import { fill, type Strings } from "../../protocol/strings.ts";
import { createIcon, createIconButton } from "./icons.ts";
import { pictureBlob } from "./pictureBlob.ts";
import type { Requests } from "./requests.ts";

interface ThumbnailHooks {
  readonly requests: Requests;
  strings(): Strings;
  /** Shows the picture at its full size. */
  open?(id: string): void;
  remove?(id: string): void;
}

/** Small pictures in a row. Bytes come from the host when a picture is about to be seen. */
export class Thumbnails {
  readonly element = document.createElement("ul");
  readonly #hooks: ThumbnailHooks;
  readonly #shown = new Map<string, HTMLElement>();
  readonly #gone = new AbortController();
  readonly #observer: IntersectionObserver;

  constructor(hooks: ThumbnailHooks) {
    this.#hooks = hooks;
    this.element.className = "thumbnails";
    this.#observer = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting || !(target instanceof HTMLElement)) continue;
        this.#observer.unobserve(target);
        void this.#load(target);
      }
    });
    this.update([]);
  }

  update(pictures: readonly PictureView[]): void {
    this.element.hidden = pictures.length === 0;
    this.element.setAttribute("aria-label", this.#hooks.strings().pictures);
    const ids = new Set(pictures.map(({ id }) => id));
    for (const [id, item] of this.#shown) {
      if (ids.has(id)) continue;
      this.#observer.unobserve(item);
      item.remove();
      this.#shown.delete(id);
    }
    for (const picture of pictures) {
      if (this.#shown.has(picture.id)) continue;
      const item = this.#create(picture);
      this.#shown.set(picture.id, item);
      this.element.append(item);
      this.#observer.observe(item);
    }
  }

  dispose(): void {
    this.#gone.abort();
    this.#observer.disconnect();
  }

  #create({ id, label, width, height }: PictureView): HTMLElement {
    const hooks = this.#hooks;
    const strings = hooks.strings();
    const item = document.createElement("li");
    item.dataset["picture"] = id;
    item.dataset["label"] = label;
    item.title = width === undefined || height === undefined ? label : `${label}, ${width} × ${height}`;
    const frame = document.createElement(hooks.open === undefined ? "div" : "button");
    frame.className = "thumbnail";
    if (frame instanceof HTMLButtonElement) {
      frame.type = "button";
      frame.setAttribute("aria-label", fill(strings.openPicture, label));
      frame.addEventListener("click", () => hooks.open?.(id));
    }
    frame.append(createIcon("file-media"));
    item.append(frame);
    if (hooks.remove !== undefined) {
      const button = createIconButton("close", fill(strings.removeAttachment, label), () => hooks.remove?.(id));
      button.classList.add("thumbnail-remove");
      item.append(button);
    }
    return item;
  }

  async #load(item: HTMLElement): Promise<void> {
    const { picture = "", label = "" } = item.dataset;
    const frame = item.firstElementChild;
    try {
      const asked = { type: "picture", pictureId: picture } as const;
      const given = await this.#hooks.requests.ask<"picture">(asked, this.#gone.signal);
      const image = await decode(pictureBlob(given), label);
      frame?.replaceChildren(image);
    } catch {
      // Too late, refused, or not a picture that this browser draws: its name is still true.
      const name = document.createElement("span");
      name.textContent = label;
      frame?.append(name);
      item.title = fill(this.#hooks.strings().pictureNotShown, label);
    }
  }
}

/** The address is given back as soon as the picture has been read. */
async function decode(blob: Blob, label: string): Promise<HTMLImageElement> {
  const image = new Image();
  image.alt = label;
  image.src = URL.createObjectURL(blob);
  try {
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(image.src);
  }
}
