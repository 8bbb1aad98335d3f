/** Somebody else on a pid that has become free. As root in a PID namespace of one's own. */
import { writeFileSync } from "node:fs";
import { ownChild } from "../../src/os/linux/contain/own-children.ts";

/** A `sleep` that has it, started in another tick than whoever had it. */
export async function reusePid(pid: number): Promise<Bun.Subprocess> {
  // in the tick in which that one started they would look the same by pid and start time
  await Bun.sleep(50);
  for (let tries = 0; tries < 20; tries++) {
    writeFileSync("/proc/sys/kernel/ns_last_pid", String(pid - 1));
    const child = Bun.spawn(["sleep", "1000"], { stdio: ["ignore", "ignore", "ignore"] });
    ownChild(child);
    if (child.pid === pid) return child;
    // somebody else was faster
    child.kill("SIGKILL");
    await child.exited;
  }
  throw new Error(`pid ${pid} could not be had`);
}
