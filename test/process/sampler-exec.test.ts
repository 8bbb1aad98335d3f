/** A process that becomes another program in the middle of the first look at it. */
import { expect } from "bun:test";
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { readInstant } from "../../src/os/linux/sample/clocks.ts";
import { Instruments } from "../../src/os/linux/sample/instruments.ts";
import { Tracked } from "../../src/os/linux/sample/tracked.ts";
import { ENTRY } from "../../src/os/linux/proc/proc-files.ts";
import { linux, needs } from "../support/skip.ts";
import { withTemporary } from "../support/temporary.ts";

const SLEEP = realpathSync(Bun.which("sleep") ?? "");
/** Lets it go on, and waits until it is the other program and has nothing to do any more. */
const GO_ON = `echo > "$1"; until [ "$(readlink /proc/$2/exe)" = ${SLEEP} ]; do :; done; sleep 0.1`;

needs(linux)("the next look shows it as what it has become", () =>
  withTemporary(async (folder) => {
    const gate = join(folder, "gate");
    Bun.spawnSync(["mkfifo", gate]);
    const child = Bun.spawn(["sh", "-c", 'echo up; read -r _ < "$1"; exec sleep 1000', "sh", gate], {
      stdout: "pipe",
    });
    await child.stdout.getReader().read();
    const instruments = Instruments.lend();
    const { proc } = instruments;
    const read = proc.read.bind(proc);
    let isDone = false;
    // its executable was read, and its arguments are about to be
    proc.read = (pid, entry) => {
      if (entry === ENTRY.cmdline && !isDone)
        isDone = Bun.spawnSync(["sh", "-c", GO_ON, "sh", gate, `${child.pid}`]).success;
      return read(pid, entry);
    };
    const tracked = new Tracked(child.pid, instruments, readInstant(), true);
    try {
      expect(tracked.refresh(readInstant())).toBe(true);
      expect(isDone).toBe(true);
      expect(tracked.refresh(readInstant())).toBe(true);
      expect(tracked.sample(readInstant()).exePath).toBe(SLEEP);
    } finally {
      tracked[Symbol.dispose]();
      proc.read = read;
      instruments.giveBack();
      child.kill();
      await child.exited;
    }
  }),
);
