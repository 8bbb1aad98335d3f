/** Starts a service in the background, and waits for the end of one. */
import { openControl } from "../os/select.ts";
import { systemClock } from "../os/clock.ts";
import { CommandError } from "../text/errors.ts";
import { endsWithStarter, ownCommand, ownEnvironment } from "../trust/own-bun.ts";
import { complain } from "../record/outlet.ts";
import type { About } from "../wire/routes.ts";
import { tunedEnvironment } from "./runtime-tuning.ts";

/** A start or a stop that takes longer than this has failed, and says so. Ten times what either takes, grace apart. */
export const PATIENCE_MS = 10_000;
/** Between two looks; and a tenth of what was waited already, so that nothing is found much later than it is there. */
const [LEAST_LOOK_MS, MOST_LOOK_MS] = [4, 50];

/** null = it was not found in that time. */
export async function findWithin<T>(withinMs: number, find: () => Promise<T | null>): Promise<T | null> {
  const startMs = systemClock.monotonicMs();
  for (;;) {
    const found = await find();
    const waitedMs = systemClock.monotonicMs() - startMs;
    if (found !== null || waitedMs > withinMs) return found;
    await systemClock.sleep(Math.min(Math.max(waitedMs / 10, LEAST_LOOK_MS), MOST_LOOK_MS));
  }
}

/** A service is started with these; `env` is its whole environment. */
interface Detached {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}

/** A program of ours as a monitor is started. */
export const detachTuned = <T>(
  title: string,
  program: readonly [script: string, ...args: string[]],
  find: () => Promise<T | null>,
): Promise<T> => {
  const env = tunedEnvironment() ?? ownEnvironment(process.env);
  return detach(title, ownCommand(...program), find, { env });
};

/** Nothing here can change that: such a Bun is whom the kernel gives the service to. */
const endsToo = (title: string): string =>
  `The ${title} will end when the Bun that this command was started by ends: its bunfig.toml says noOrphans. ` +
  "For one that stays, start it without `bun run`: from a shell by npx, or as a service of systemd.";

/** Starts a program of ours that outlives this terminal, and waits until `find` finds it. */
export async function detach<T>(
  title: string,
  argv: readonly string[],
  find: () => Promise<T | null>,
  as: Detached,
): Promise<T> {
  const child = Bun.spawn([...argv], { ...as, detached: true, stdio: ["ignore", "ignore", "pipe"] });
  const started = await findWithin(PATIENCE_MS, async () =>
    child.exitCode !== null ? ("failed" as const) : find(),
  );
  if (started === null || started === "failed") {
    child.kill("SIGKILL");
    throw new CommandError(`The ${title} did not start:\n${(await child.stderr.text()).trim()}`);
  }
  child.unref();
  if (endsWithStarter(process.env)) complain(endsToo(title));
  return started;
}

/** Asks a service to stop; resolves to whether it has ended within that time. Its socket and its lock go before it does. */
export async function hasStopped(
  running: { readonly about: About; readonly stop: () => Promise<void> },
  withinMs: number,
): Promise<boolean> {
  const control = openControl();
  const id = control.identify(running.about.pid);
  const pin = id === null ? "gone" : control.pin(id);
  using held = typeof pin === "string" ? null : pin;
  await running.stop();
  return (await held?.exited(withinMs)) ?? true;
}
