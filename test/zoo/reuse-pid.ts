/** Gives a freed pid to a new process: /proc/sys/kernel/ns_last_pid, of this PID namespace alone. */
import { writeFileSync } from "node:fs";
import { requireNamespace } from "../support/namespace.ts";
import { readStat, type Started } from "../support/ready.ts";

const ATTEMPTS = 200;

/** Starts `argv` until one of its starts gets `pid`; null when others were faster every time. */
export function reusePid(pid: number, argv: readonly string[]): Started | null {
  requireNamespace();
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    writeFileSync("/proc/sys/kernel/ns_last_pid", String(pid - 1));
    const child = Bun.spawn([...argv], { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
    if (child.pid === pid) {
      child.unref();
      return { pid, startTicks: readStat(pid)?.startTicks ?? 0 };
    }
    child.kill("SIGKILL");
  }
  return null;
}
