/** Processes that see another clock (libfaketime). The monotonic clock and timers go on as they are. */
import { needs } from "./skip.ts";

/** Environment for a process whose wall clock shows `when` ("2027-01-10 12:00:00", UTC) at its start. */
export function clockAt(when: string): Readonly<Record<string, string>> {
  // the program only sets the environment, but stays as a parent in between, which a test cannot kill through
  const { stdout } = Bun.spawnSync(["faketime", "-f", `@${when}`, "printenv", "LD_PRELOAD"]);
  return {
    LD_PRELOAD: stdout.toString().trim(),
    FAKETIME: `@${when}`,
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    TZ: "UTC",
  };
}

export const needsClock = needs("faketime");
