/** Starts a service in the background, and waits for the end of one. */
import { ensureRuntimeDirectory, runtimePath } from "../os/runtime-directory.ts";
import { acquireLock } from "../os/select.ts";
import { systemClock } from "../os/clock.ts";
import { CommandError } from "../text/errors.ts";
import { ownCommand, ownEnvironment } from "../trust/own-bun.ts";
import type { About } from "../wire/routes.ts";
import { tunedEnvironment } from "./runtime-tuning.ts";
import { uid } from "./watch-ports.ts";

/** A start or a stop that takes longer than this has failed, and says so. Ten times what either takes, grace apart. */
export const PATIENCE_MS = 10_000;
const LOOK_MS = 50;

async function until<T>(withinMs: number, find: () => Promise<T | null>): Promise<T | null> {
  const endMs = systemClock.monotonicMs() + withinMs;
  for (;;) {
    const found = await find();
    if (found !== null || systemClock.monotonicMs() > endMs) return found;
    await systemClock.sleep(LOOK_MS);
  }
}

/** Starts a program of ours that outlives this terminal, and waits until `find` finds it. */
export async function detach<T>(
  title: string,
  program: readonly [script: string, ...args: string[]],
  find: () => Promise<T | null>,
): Promise<T> {
  const child = Bun.spawn(ownCommand(...program), {
    detached: true,
    stdio: ["ignore", "ignore", "pipe"],
    env: tunedEnvironment() ?? ownEnvironment(process.env),
  });
  const started = await until(PATIENCE_MS, async () =>
    child.exitCode !== null ? ("failed" as const) : find(),
  );
  if (started === null || started === "failed") {
    child.kill("SIGKILL");
    throw new CommandError(`The ${title} did not start:\n${(await child.stderr.text()).trim()}`);
  }
  child.unref();
  return started;
}

/** Its socket is gone before its lock: the log is written to its end in between, and the next one could not start. */
function isHeld(name: string, title: string, { project }: About): boolean {
  const lock = acquireLock(runtimePath(ensureRuntimeDirectory(uid()), name, "lock"), {
    project,
    command: title,
  });
  if ("heldBy" in lock) return true;
  lock[Symbol.dispose]();
  return false;
}

interface Ending {
  readonly title: string;
  /** Of its lock. */
  readonly name: string;
  readonly find: () => Promise<{ readonly about: About } | null>;
  readonly withinMs: number;
}

/** Asks a service to stop; resolves to whether it has let go of its lock within that time. */
export async function hasStopped(
  running: { readonly about: About; readonly stop: () => Promise<void> },
  { title, name, find, withinMs }: Ending,
): Promise<boolean> {
  await running.stop();
  const stopped = await until(withinMs, async () =>
    (await find())?.about.pid === running.about.pid || isHeld(name, title, running.about) ? null : true,
  );
  return stopped !== null;
}
