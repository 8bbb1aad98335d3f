/** The processes a scan meets: cheap sleepers, and some that run Bun. All have pid 1 as their parent, none is ours. */
import { join } from "node:path";
import { allPids } from "../../test/support/proc.ts";
import { type Fixture, startFixture } from "../../test/support/ready.ts";
import { compile } from "./native.ts";

const LONGEST_START_MS = 120_000;

/** `count` processes that sleep, in a session of their own; all gone when disposed. */
export async function startSleepers(count: number, scratch: string): Promise<Fixture> {
  const crowd = compile("crowd", scratch);
  const loop = `n=${count}; while [ "$n" -gt 1 ]; do sleep 86400 & n=$((n - 1)); done; echo "ready $$"; wait`;
  const argv = "path" in crowd ? [crowd.path, String(count)] : ["sh", "-c", loop];
  return await startFixture(argv, { readyLimitMs: LONGEST_START_MS });
}

const idleScript = join(import.meta.dir, "../fixtures/idle.ts");

/** `count` Bun processes, idle ones if nothing else is said, each a job of its own. Their shell is one process more. */
export async function startIdleBuns(count: number, script = idleScript): Promise<Fixture> {
  const loop =
    'n=$1; while [ "$n" -gt 0 ]; do "$2" "$3" "$n" >/dev/null & n=$((n - 1)); done; echo "ready $$"; wait';
  const argv = ["sh", "-c", loop, "sh", String(count), process.execPath, script];
  return await startFixture(argv, { readyLimitMs: LONGEST_START_MS });
}

/** Adds sleepers until `total` processes exist besides `reserved` ones that are yet to come. */
export const fillUpTo = (total: number, reserved: number, scratch: string): Promise<Fixture> =>
  startSleepers(Math.max(1, total - reserved - allPids().length), scratch);
