/** `bun-watchdog-end-jobs.ts <id of a job>`: ends all jobs that its launcher has left, which is dead. */
import { launcherOf } from "../../core/process/slot.ts";
import type { ProcessSupervisor } from "../../ports/supervisor.ts";
import { openSupervisor, openBooks } from "../../supervisor/create.ts";

const { pid, startTicks, pidNamespace } = launcherOf(process.argv[2] ?? "") ?? {};

function jobsLeft(): readonly { readonly jobId: string; readonly name: string }[] {
  const books = openBooks();
  using _ = books.enter();
  return books.slots().flatMap(({ record: { jobId, name } }) => {
    const launcher = launcherOf(jobId);
    const isLeft =
      launcher?.pid === pid && launcher?.startTicks === startTicks && launcher?.pidNamespace === pidNamespace;
    return isLeft ? { jobId, name: name ?? jobId } : [];
  });
}

async function end(jobId: string, name: string, supervisor: ProcessSupervisor): Promise<void> {
  // null: somebody else looks after it
  const app = await supervisor.adopt(jobId, { name, command: name, cwd: "/" });
  if (app !== null) await supervisor.killTree(app, { reason: "its bunctl runtime was killed" });
}

await using supervisor = await openSupervisor({ environment: {} });
await Promise.all(jobsLeft().map(({ jobId, name }) => end(jobId, name, supervisor)));
