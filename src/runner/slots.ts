/** The slots of a project's gate, as a runner's jobs take them: they queue with everybody's launches, by the same rules. */
import { availableParallelism } from "node:os";
import { loadConfig } from "../config/load.ts";
import type { Policy } from "../core/judge/policy.ts";
import { depthOf } from "../core/process/slot.ts";
import { launchPlan } from "../core/slots/launch-limits.ts";
import { sharingOf, slotLimit, slotPorts } from "../host/slots.ts";
import type { AdmissionWish, AdmitPorts } from "../launch/admit.ts";
import { CommandError } from "../text/errors.ts";
import { plural } from "../text/style.ts";
import { ownUid } from "../trust/open.ts";
import { homeOf } from "../trust/state.ts";

export interface RunnerSlots extends Pick<AdmitPorts, "ungated" | "queueOf"> {
  /** The same as in AdmitPorts. */
  readonly onWaiting?: AdmitPorts["onWaiting"];
  readonly wish: Pick<AdmissionWish, "maxSlots" | "sharing">;
  /** Where the books are. */
  readonly scope: Policy["scope"];
  /** false: a rule spares the command from the limit on jobs. */
  readonly takes: (command: readonly string[], cwd: string) => boolean;
}

interface RunnerCapacity {
  /** One for each core, and no more than there are slots. */
  readonly jobs: number;
  readonly project: string;
  /** null: nobody has set a gate up. */
  readonly slots: RunnerSlots | null;
}

/** Counting takes a process. For this long an answer holds: many files may start meanwhile. */
const COUNTED_MS = 2_000;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `env`: the person's.
 * @throws ConfigError where the project's configuration cannot be used
 * @throws CommandError where more jobs are inside each other than the configuration allows
 */
export async function runnerCapacity(cwd: string, env: Environment): Promise<RunnerCapacity> {
  const uid = ownUid();
  const loaded = await loadConfig({ cwd, env, uid, home: homeOf(uid, env) });
  const { path, policy, projectRoot } = loaded;
  const { gate } = loaded.settings;
  const depth = depthOf(env);
  if (depth > gate.maxDepth)
    throw new CommandError(
      `This would run inside of ${plural(depth, "gated job")}, and gate.maxDepth is ${gate.maxDepth}: something starts itself again and again.`,
    );
  const cores = availableParallelism();
  if (path === null) return { jobs: cores, project: projectRoot, slots: null };
  const settings = { policy, gate, projectRoot };
  const maxSlots = slotLimit(settings);
  const { ungated, queueOf } = slotPorts(settings);
  return {
    jobs: Math.min(cores, maxSlots ?? cores),
    project: projectRoot,
    slots: {
      wish: { maxSlots, sharing: sharingOf(settings) },
      scope: policy.scope,
      takes: ([, ...args], directory) => launchPlan(["bun", ...args], directory, {}, policy, null).takesSlot,
      ungated: keptFor(COUNTED_MS, ungated),
      queueOf,
    },
  };
}

/** Where there was room enough nothing was counted. */
function keptFor(ms: number, ask: AdmitPorts["ungated"]): AdmitPorts["ungated"] {
  let kept: { readonly atMs: number; readonly found: Awaited<ReturnType<typeof ask>> } | null = null;
  return async (...question) => {
    if (kept !== null && performance.now() - kept.atMs < ms) return kept.found;
    const found = await ask(...question);
    kept = found.length === 0 ? null : { atMs: performance.now(), found };
    return found;
  };
}
