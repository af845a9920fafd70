import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createGovernor, type Governor } from "../../src/api/http/governor.ts";
import { systemClock } from "../../src/api/transport.ts";
import { createSharedBoard, type SharedBoard } from "../../src/host/sharedBoard.ts";
import { planKey } from "../zai-server/accounts.ts";
import { ask, finished, giveKey } from "./support/actions.ts";
import { openVSCode, until, type VSCodeSession } from "./support/vscode.ts";
import { wordsOf } from "./support/words.ts";

describe("requests of several windows", () => {
  const say = wordsOf("en");
  const waiting = say("Waiting for another GLM request to finish…");
  let session: VSCodeSession;
  let board: SharedBoard;
  /** This process plays the user's other windows: it takes part through the same folder. */
  let others: Governor;
  const chats = () => session.simulator.requests.filter(({ path }) => path.endsWith("/chat/completions"));

  beforeAll(async () => {
    session = await openVSCode();
    await giveKey(session, planKey);
    await finished(await ask(session, "The first question makes the folder."));
    const storage = await session.host<string>(
      `const { storageUri, globalStorageUri } = context; return globalStorageUri.fsPath`,
    );
    const queues = join(storage, "..", "glm-sidekick.glm-sidekick", "queue");
    const [folder, ...rest] = readdirSync(queues);
    expect([folder?.includes(planKey.slice(0, 8)), rest]).toEqual([false, []]);
    board = createSharedBoard({
      folder: join(queues, folder ?? ""),
      onError: (error) => expect.unreachable(String(error)),
    });
    others = createGovernor({ clock: systemClock, board });
  });
  afterAll(async () => {
    board?.dispose();
    await session.close();
  });

  it("wait for each other, which is said, and go on by themselves", async () => {
    const slots = [
      await others.acquire({ priority: "interactive" }),
      await others.acquire({ priority: "interactive" }),
    ];
    session.simulator.reset();
    const answer = await ask(session, "What is a queue?");
    await answer.getByText(waiting).waitFor();
    await session.screenshot("queue-waiting");
    expect(chats()).toEqual([]);
    slots[0]?.release();
    expect(await finished(answer)).toContain("queue");
    expect(await answer.getByText(waiting).count()).toBe(0);
    slots[1]?.release();
  });

  it("can be stopped while they wait, and then nothing is sent", async () => {
    const slots = [
      await others.acquire({ priority: "interactive" }),
      await others.acquire({ priority: "interactive" }),
    ];
    session.simulator.reset();
    const answer = await ask(session, "Never mind.");
    await answer.getByText(waiting).waitFor();
    await session
      .chatFrame()
      .getByRole("button", { name: say("Stop"), exact: true })
      .click();
    await answer.getByText(waiting).waitFor({ state: "detached" });
    for (const slot of slots) slot.release();
    expect(await finished(await ask(session, "And this one?"))).toContain("this one");
    expect(chats()).toHaveLength(1);
  });

  it("of a window that was killed no longer count", async () => {
    session.simulator.reset();
    session.simulator.setScenario({ name: "stall-mid" });
    await ask(session, "This one stays open.");
    await until(() => chats().length === 1, "the request");
    await session.restartExtensionHost();
    session.simulator.setScenario(undefined);
    const slot = await others.acquire({ priority: "interactive" });
    const second = await others.acquire({ priority: "interactive" });
    slot.release();
    second.release();
  });
});
