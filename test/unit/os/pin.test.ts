/** Whom a pin takes for the process that it was made for, told on a directory that stands for /proc. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Handle } from "../../../src/os/linux/pin/pidfd.ts";
import { identify, openPin } from "../../../src/os/linux/pin/pin.ts";
import { ProcFiles } from "../../../src/os/linux/proc/proc-files.ts";
import { PF_EXITING } from "../../../src/os/linux/proc/stat.ts";
import type { Pin } from "../../../src/ports/control.ts";

/** Higher than any that a kernel gives. */
const PID = 5_000_000;
const START = 700;

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "bun-watchdog-pin-"));
  mkdirSync(join(root, String(PID)));
});
afterEach(() => rmSync(root, { recursive: true }));

interface Look {
  readonly executable: string | null;
  readonly flags?: number;
  readonly hasEnded?: boolean;
}

const zeros = (count: number): number[] => Array<number>(count).fill(0);

function show({ executable, flags = 0 }: Look): void {
  const fields = [1, 1, 1, 0, -1, flags, ...zeros(10), 1, 0, START, ...zeros(30)];
  writeFileSync(join(root, String(PID), "stat"), `${PID} (bun) D ${fields.join(" ")}\n`);
  const exe = join(root, String(PID), "exe");
  rmSync(exe, { force: true });
  if (executable !== null) symlinkSync(executable, exe);
}

const handle = ({ hasEnded = false }: Look): Handle => ({
  signal: () => 0,
  ended: () => hasEnded,
  reaped: () => false,
  descriptor: null,
  close: () => {},
});

test.each<[string, Look, ReturnType<Pin["send"]>]>([
  ["the same executable", { executable: process.execPath }, "sent"],
  ["another one", { executable: import.meta.path }, "identity-changed"],
  ["none that can be read", { executable: null }, "identity-changed"],
  ["none, and it has ended", { executable: null, hasEnded: true }, "sent"],
  ["none, and it gives back its memory", { executable: null, flags: PF_EXITING }, "sent"],
  [
    "another one, and it is about to end",
    { executable: import.meta.path, flags: PF_EXITING },
    "identity-changed",
  ],
])("%s", (_, look, expected) => {
  using proc = new ProcFiles(root);
  show({ executable: process.execPath });
  const id = identify(proc, PID);
  if (id === null) throw new Error("it is not there");
  expect(id).toMatchObject({ startTicks: START });
  const opened = openPin(proc, id, () => handle(look));
  if (typeof opened === "string") throw new Error(opened);
  using pin = opened;
  show(look);
  expect(pin.send("SIGKILL")).toBe(expected);
});
