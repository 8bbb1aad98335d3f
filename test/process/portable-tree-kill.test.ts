/** When the portable backend lets tree-kill loose: on a tree of which every process stands still and is to die. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { openPortableControl } from "../../src/os/portable/control.ts";
import type { Pin, ProcessControl } from "../../src/ports/control.ts";
import { requireNamespace } from "../support/namespace.ts";
import { isAlive, readStat, startFixture, until, type Started } from "../support/ready.ts";

requireNamespace();

const tree = [process.execPath, join(import.meta.dir, "../fixtures/kill/tree.ts")];

const held = (control: ProcessControl, { pid }: Started): Pin => {
  const id = control.identify(pid);
  const pin = id === null ? "gone" : control.pin(id);
  if (typeof pin === "string") throw new Error(`pid ${pid} was not pinned: ${pin}`);
  return pin;
};

/** Pins these and stops them; resolves when they stand still. */
const freeze = async (control: ProcessControl, started: readonly Started[]): Promise<readonly Pin[]> => {
  const pins = started.map((each) => held(control, each));
  for (const pin of pins) expect(pin.send("SIGSTOP")).toBe("sent");
  expect(await until(() => started.every(({ pid }) => readStat(pid)?.state === "T"))).toBe(true);
  return pins;
};

test("all of them pinned and frozen: the SIGKILL of the root takes the tree along", async () => {
  await using fixture = await startFixture(tree);
  const control = openPortableControl("procps");
  const [root] = await freeze(control, fixture.pids);
  expect(root?.send("SIGKILL")).toBe("sent");
  expect(await until(() => !fixture.pids.some(isAlive))).toBe(true);
});

test.each([1, 2, 3])(
  "but for descendant %d, which is nobody's target: the root alone dies",
  async (spared) => {
    await using fixture = await startFixture(tree);
    const control = openPortableControl("procps");
    const [root] = await freeze(
      control,
      fixture.pids.filter((_, at) => at !== spared),
    );
    expect(root?.send("SIGKILL")).toBe("sent");
    expect(await root?.exited(10_000)).toBe(true);
    expect(fixture.pids.slice(1).map(isAlive)).toEqual([true, true, true]);
  },
);

test("pinned and not frozen: the root alone dies", async () => {
  await using fixture = await startFixture(tree);
  const control = openPortableControl("procps");
  const [root] = fixture.pids.map((started) => held(control, started));
  expect(root?.send("SIGKILL")).toBe("sent");
  expect(await root?.exited(10_000)).toBe(true);
  expect(fixture.pids.slice(1).map(isAlive)).toEqual([true, true, true]);
});
