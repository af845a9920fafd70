import { afterAll, afterEach, describe, expect, it } from "vitest";
import { longestPicture } from "../../src/protocol/messages.ts";
import { addressesIn, canTake } from "../../src/webview/chat/composer/transfer.ts";
import { answerAsk, composing, redPng, snapshot, user } from "./fixtures.ts";
import { closeBrowser, openView, type View } from "./support.ts";

const read = (data: Readonly<Record<string, string>>) => (type: string) => data[type] ?? "";

describe("what was dropped", () => {
  it.each([
    [
      { "application/vnd.code.uri-list": "file:///a.ts\r\nfile:///b.ts", "text/uri-list": "file:///x" },
      ["file:///a.ts", "file:///b.ts"],
    ],
    [{ resourceurls: '["vscode-remote://host/a.ts","vscode-remote://host/a.ts"]' }, ["vscode-remote://host/a.ts"]],
    [{ resourceurls: "{not json", "text/uri-list": "# comment\nfile:///c.ts" }, ["file:///c.ts"]],
    [{ "text/uri-list": "https://example.com/" }, []],
    [{ "text/uri-list": `file:///${"x".repeat(5_000)}` }, []],
    [{ "text/plain": "file:///a.ts" }, []],
  ])("is read from %j", (data, addresses) => {
    expect(addressesIn(read(data))).toEqual(addresses);
  });

  it("is at most what the host takes", () => {
    const many = Array.from({ length: 300 }, (_, index) => `file:///${index}`).join("\n");
    expect(addressesIn(read({ "text/uri-list": many }))).toHaveLength(200);
  });

  it("is ours unless it is text or a link", () => {
    expect(canTake(["Files"])).toBe(true);
    expect(canTake(["resourceurls", "text/html", "text/uri-list"])).toBe(true);
    expect(canTake(["text/uri-list"])).toBe(true);
    expect(canTake(["text/uri-list", "text/html"])).toBe(false);
    expect(canTake(["text/plain"])).toBe(false);
  });
});

describe("attaching", () => {
  let view: View;

  async function open(...turns: ReturnType<typeof user>[]) {
    view = await openView({});
    await view.post(snapshot(turns));
    return { page: view.page, box: view.page.locator(".composer textarea") };
  }

  /** Files as a clipboard or a drag brings them; `size` adds that many bytes. */
  interface Brought {
    readonly name: string;
    readonly type: string;
    readonly size?: number;
  }

  async function bring(event: "paste" | "dragover" | "drop", files: readonly Brought[], data: Record<string, string>) {
    await view.page.locator(".composer textarea").evaluate(
      (element, given) => {
        const transfer = new DataTransfer();
        for (const { name, type, size = 0 } of given.files) {
          const bytes = Uint8Array.from(atob(given.png), (character) => character.charCodeAt(0));
          transfer.items.add(new File([bytes, new Uint8Array(size)], name, { type }));
        }
        for (const [type, text] of Object.entries(given.data)) transfer.setData(type, text);
        const init = { bubbles: true, cancelable: true };
        element.dispatchEvent(
          given.event === "paste"
            ? new ClipboardEvent("paste", { ...init, clipboardData: transfer })
            : new DragEvent(given.event, { ...init, dataTransfer: transfer }),
        );
      },
      { event, files, data, png: redPng },
    );
    await view.settle();
  }

  afterEach(async () => {
    expect(view.errors).toEqual([]);
    expect(await view.violations()).toEqual([]);
    await view.close();
  });
  afterAll(closeBrowser);

  it("takes a pasted picture, and text as text even with a picture of it", async () => {
    await open();
    await bring("paste", [{ name: "image.png", type: "image/png" }], {});
    await expect
      .poll(() => view.postedOf("attach-picture"))
      .toEqual([{ type: "attach-picture", name: "image.png", base64: redPng }]);
    await bring("paste", [{ name: "image.png", type: "image/png" }], { "text/plain": "cells" });
    await bring("paste", [], { "text/plain": "x".repeat(100_000) });
    expect(await view.postedOf("attach-picture")).toHaveLength(1);
  });

  it("takes several dropped pictures in order and says what is none or too large", async () => {
    const { page, box } = await open();
    await bring(
      "drop",
      [
        { name: "one.png", type: "image/png" },
        { name: "notes.txt", type: "text/plain" },
        { name: "huge.png", type: "image/png", size: longestPicture },
        { name: "two.webp", type: "image/webp" },
      ],
      {},
    );
    await expect
      .poll(async () => (await view.postedOf("attach-picture")).map(({ name }) => name))
      .toEqual(["one.png", "two.webp"]);
    expect(await page.locator(".composer-warning").allInnerTexts()).toEqual([
      "notes.txt is not a picture. Drag other files here from the Explorer.",
      "huge.png is too large to attach. Make it smaller or save it as JPG, then try again.",
    ]);
    expect(await page.getByRole("status").innerText()).toContain("too large");
    await box.press("a");
    expect(await page.locator(".composer-warning").count()).toBe(0);
  });

  it("takes what is dropped from the Explorer, under a target that shows where", async () => {
    const { page } = await open();
    const uris = { "application/vnd.code.uri-list": "file:///code/a.ts\r\nfile:///code/b.ts" };
    await bring("dragover", [], uris);
    expect(await page.locator(".drop-target").innerText()).toBe("Hold Shift to drop");
    await bring("dragover", [{ name: "a.png", type: "image/png" }], {});
    expect(await page.locator(".drop-target").innerText()).toBe("Drop to attach");
    await bring("drop", [], uris);
    expect(await page.locator(".drop-target").isVisible()).toBe(false);
    expect(await view.postedOf("attach-uris")).toEqual([
      { type: "attach-uris", uris: ["file:///code/a.ts", "file:///code/b.ts"] },
    ]);
    await bring("dragover", [], { "text/plain": "words" });
    expect(await page.locator(".drop-target").isVisible()).toBe(false);
  });

  it("shows pictures that go along, asks once for each, and removes them", async () => {
    const { page } = await open();
    const pictures = [{ id: "p1", label: "image.png", width: 1, height: 1 }];
    const composer = { attachments: [], model: "GLM-5.3", busy: false, pictures };
    await view.post({ type: "composer", composer });
    await expect.poll(async () => (await view.postedOf("ask")).length).toBe(1);
    await answerAsk(view, "picture", { mime: "image/png", base64: redPng });
    await page.getByRole("img", { name: "image.png" }).waitFor();
    await view.post({ type: "composer", composer: { ...composer, pictures: [...pictures] } });
    expect(await view.postedOf("ask")).toHaveLength(1);
    await page.getByRole("button", { name: "Remove image.png" }).click();
    expect(await view.postedOf("remove-picture")).toEqual([{ type: "remove-picture", id: "p1" }]);
    await view.post({ type: "composer", composer: { ...composer, pictures: [] } });
    expect(await page.getByRole("img", { name: "image.png" }).count()).toBe(0);
  });

  it("sends a picture without a word, and shows it so, also while it waits", async () => {
    const { page, box } = await open({ ...user(""), pictures: [{ id: "p1", label: "shot.png" }] });
    const turn = page.locator(".turn.user");
    await turn.hover();
    expect(await turn.getByRole("button", { name: "Edit message" }).isVisible()).toBe(true);
    expect(await turn.getByRole("button", { name: "Copy message" }).count()).toBe(0);
    const send = page.getByRole("button", { name: "Send", exact: true });
    expect(await send.getAttribute("aria-disabled")).toBe("true");
    await box.press("Enter");
    expect(await view.postedOf("send")).toEqual([]);
    const pictures = [{ id: "p2", label: "image.png" }];
    const queue = { paused: true, messages: [{ id: "q", text: "", extras: 1 }] };
    await view.post(composing({ pictures, queue }));
    expect(await page.locator(".queue-text").innerText()).toBe("Attached pictures");
    expect(await send.getAttribute("aria-disabled")).toBe("false");
    await send.click();
    expect(await view.postedOf("send")).toEqual([{ type: "send", text: "" }]);
  });

  it("opens the pictures of a message, and names one that cannot be shown", async () => {
    const { page } = await open({ ...user("what is this?"), pictures: [{ id: "p1", label: "shot.png" }] });
    await expect.poll(async () => (await view.postedOf("ask")).length).toBe(1);
    await answerAsk(view, "picture", { mime: "image/png", base64: "bm90IGEgcGljdHVyZQ==" });
    await page.locator(".thumbnail").getByText("shot.png").waitFor();
    await page.getByRole("button", { name: "Open shot.png in an editor" }).click();
    expect(await view.postedOf("open-picture")).toEqual([{ type: "open-picture", pictureId: "p1" }]);
  });
});
