/**
 * `bun-watchdog-end-jobs.ts <id of a job>`: ends all jobs that its launcher has left, once that is dead: its end of our input says so.
 * A word on it says that nothing is to be ended.
 */
import { readFileSync } from "node:fs";
import { type Launcher, launcherOf } from "../../core/process/slot.ts";
import { openControl } from "../../os/select.ts";
import type { ProcessSupervisor } from "../../ports/supervisor.ts";
import { openSupervisor, openBooks } from "../../supervisor/create.ts";

interface JobLeft {
  readonly jobId: string;
  readonly name: string;
}

/** Its files are closed before it is dead (exit(2)), and as long as it is not, its jobs have an owner. */
async function dead({ pid, startTicks }: Launcher): Promise<void> {
  const control = openControl();
  const id = control.identify(pid);
  if (id?.startTicks !== startTicks) return;
  const pin = control.pin(id);
  if (typeof pin === "string") return;
  using held = pin;
  await held.exited(DYING_MS);
}

/** A process that was killed while it waits for a disk takes its time. */
const DYING_MS = 60_000;

async function jobsLeftBy(launcher: Launcher): Promise<readonly JobLeft[]> {
  const books = openBooks();
  using _ = await books.enter();
  return books.slots().flatMap(({ record: { jobId, name } }) => {
    const isLeft = Bun.deepEquals(launcherOf(jobId), launcher);
    return isLeft ? { jobId, name: name ?? jobId } : [];
  });
}

async function end({ jobId, name }: JobLeft, supervisor: ProcessSupervisor): Promise<void> {
  // null: somebody else looks after it
  const app = await supervisor.adopt(jobId, { name, command: name, cwd: "/" });
  if (app !== null) await supervisor.killTree(app, { reason: "its bunctl runtime was killed" });
}

async function main([job = ""]: readonly string[]): Promise<void> {
  const launcher = launcherOf(job);
  if (launcher === null) throw new Error(`${JSON.stringify(job)} is no id of a job`);
  for (const name of ["SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"] as const) process.on(name, () => {});
  if (readFileSync(0).length > 0) return;
  await dead(launcher);
  await using supervisor = await openSupervisor({ environment: {} });
  const ends = await Promise.allSettled((await jobsLeftBy(launcher)).map((left) => end(left, supervisor)));
  const failed = ends.flatMap((each) => (each.status === "rejected" ? [each.reason as unknown] : []));
  if (failed.length > 0) throw new AggregateError(failed, "some jobs could not be ended");
}

void main(process.argv.slice(2));
