/** A runtime directory whose disk is full: who is to die is frozen first all the same. */
import { expect } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { openFrozenRecord } from "../../src/record/frozen.ts";
import { fullDisk, ownMounts } from "../support/full-disk.ts";
import { killPorts, signalsTo, terminateTree, wordsOf } from "../support/kill.ts";
import { startFixture } from "../support/ready.ts";
import { needs, pidNamespace } from "../support/skip.ts";

const deaf = [process.execPath, resolve(import.meta.dir, "../fixtures/kill/deaf.ts")];

needs(
  pidNamespace,
  ownMounts,
  "mount",
)("room that was reserved at the start is room to freeze with", async () => {
  const directory = mkdtempSync(join(tmpdir(), "bun-watchdog-full-"));
  using _ = { [Symbol.dispose]: () => rmSync(directory, { recursive: true }) };
  using disk = fullDisk(join(directory, "run"), 128);
  disk.free();
  using ports = killPorts();
  const frozen = openFrozenRecord(join(directory, "run", "frozen.d"), ports.control);
  using room = frozen.reserve();
  disk.fill();
  await using runaway = await startFixture(deaf);
  const outcome = await terminateTree(runaway.root.pid, {}, { ...ports, frozen });
  expect(wordsOf(outcome)).toEqual(["gone"]);
  expect(signalsTo(outcome, runaway.root.pid)).toEqual(["SIGTERM", "SIGSTOP", "SIGKILL"]);
  expect(ports.events.filter(({ type }) => type === "trouble")).toEqual([]);
  room[Symbol.dispose]();
});
