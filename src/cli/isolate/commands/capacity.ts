/** How many files run at a time where nobody says so: one for each core, and no more than the project's limit on jobs. */
import { availableParallelism } from "node:os";
import { gatedJobsAround } from "../../../core/process/slot.ts";
import { loadConfig } from "../../../config/load.ts";
import { usersEnvironment } from "../../../trust/own-bun.ts";
import { ownUid } from "../../../trust/open.ts";
import { homeOf } from "../../../trust/state.ts";

export interface TestCapacity {
  readonly jobs: number;
  /** The project has slots, and each file takes one of them. Inside of a gated job all of them are in its slot. */
  readonly counts: boolean;
  /** Whose slots. */
  readonly project: string;
}

/** @throws ConfigError where the project's configuration cannot be used */
export async function capacityHere(cwd: string): Promise<TestCapacity> {
  const [uid, cores] = [ownUid(), availableParallelism()];
  const env = usersEnvironment(process.env);
  const {
    path,
    policy,
    settings,
    projectRoot: project,
  } = await loadConfig({ cwd, env, uid, home: homeOf(uid, env) });
  if (path === null || policy.mode !== "enforce") return { jobs: cores, counts: false, project };
  const slots = settings.gate.maxSlots ?? policy.limits.concurrency;
  return { jobs: Math.min(cores, slots ?? cores), counts: gatedJobsAround(env).length === 0, project };
}
