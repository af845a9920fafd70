import { longestPicture, type ToHost } from "../../../protocol/messages.ts";
import { fill, type Strings } from "../../../protocol/strings.ts";
import { addressesIn, canTake } from "./transfer.ts";

export interface IntakeHooks {
  readonly textarea: HTMLTextAreaElement;
  strings(): Strings;
  post(message: ToHost): void;
  /** Says what could not be taken. */
  note(text: string): void;
}

/** Takes pictures and files that are pasted into the text or dropped anywhere on the panel. */
export class Intake {
  /** Lies over the panel while something is dragged that can be dropped. */
  readonly dropTarget = document.createElement("div");
  readonly #hooks: IntakeHooks;

  constructor(hooks: IntakeHooks) {
    this.#hooks = hooks;
    this.dropTarget.className = "drop-target";
    this.dropTarget.hidden = true;
    hooks.textarea.addEventListener("paste", (event) => this.#paste(event));
    document.addEventListener("dragenter", (event) => this.#dragOver(event));
    document.addEventListener("dragover", (event) => this.#dragOver(event));
    document.addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) this.dropTarget.hidden = true;
    });
    document.addEventListener("drop", (event) => this.#drop(event));
  }

  /** Office programs put a picture of the text beside the text: then the text is meant. */
  #paste(event: ClipboardEvent): void {
    const data = event.clipboardData;
    const pictures = [...(data?.files ?? [])].filter(isPicture);
    if (pictures.length === 0 || data?.getData("text/plain").trim() !== "") return;
    event.preventDefault();
    void this.#attach(pictures);
  }

  #dragOver(event: DragEvent): void {
    if (event.dataTransfer === null || !canTake(event.dataTransfer.types)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    const { dropHere, dropWithShift } = this.#hooks.strings();
    // VS Code hands drags of its own over only while Shift is held, and takes the rest itself.
    this.dropTarget.textContent =
      event.shiftKey || event.dataTransfer.types.includes("Files") ? dropHere : dropWithShift;
    this.dropTarget.hidden = false;
  }

  #drop(event: DragEvent): void {
    this.dropTarget.hidden = true;
    const data = event.dataTransfer;
    if (data === null || !canTake(data.types)) return;
    event.preventDefault();
    this.#hooks.textarea.focus();
    const uris = addressesIn((type) => data.getData(type));
    if (uris.length > 0) this.#hooks.post({ type: "attach-uris", uris });
    else void this.#attach([...data.files]);
  }

  async #attach(files: readonly File[]): Promise<void> {
    const hooks = this.#hooks;
    const strings = hooks.strings();
    for (const file of files) {
      const name = file.name.slice(0, 200);
      if (!isPicture(file)) hooks.note(fill(strings.notAPicture, name));
      else if (file.size > (longestPicture / 4) * 3) hooks.note(fill(strings.pictureTooLarge, name));
      else {
        const base64 = await readBase64(file);
        if (base64 === undefined) hooks.note(fill(strings.pictureNotRead, name));
        else hooks.post({ type: "attach-picture", name, base64 });
      }
    }
  }
}

/** By what the system says of it; the host looks at the bytes. */
function isPicture(file: File): boolean {
  return file.type.startsWith("image/");
}

/** Undefined when the file has gone meanwhile. */
function readBase64(file: File): Promise<string | undefined> {
  return new Promise((resolve) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      const address = typeof reader.result === "string" ? reader.result : "";
      resolve(address.slice(address.indexOf(",") + 1));
    });
    reader.addEventListener("error", () => resolve(undefined));
    reader.readAsDataURL(file);
  });
}
