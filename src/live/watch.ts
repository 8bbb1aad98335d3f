/** `status --watch`: the processes and their verdicts, as a live table. */
import type { Loaded } from "../config/load.ts";
import type { ProcessId } from "../core/process/process.ts";
import type { Report } from "../wire/reports.ts";
import { Operator } from "../watch/operator.ts";
import { plural } from "../text/style.ts";
import { firstLine, play, type StateChange } from "./screen.ts";
import { initial, type State } from "./state.ts";
import {
  withFailure,
  withOutcome,
  withPreview,
  withReport,
  withStopping,
  update,
  type Effect,
} from "./update.ts";
import { frame, noticeLines, pageOf } from "./view.ts";

/** To see who listens costs a look at every descriptor, so it is read now and then. */
const FULL_EVERY = 10;

export async function watchStatus(loaded: Loaded): Promise<number> {
  await using operator = new Operator(loaded);
  await play<State, Effect>(
    {
      initial: { ...initial, root: loaded.policy.projectRoot },
      frame,
      update: (state, key, size) => update(state, key, pageOf(state, size)),
      look: async (nth) => {
        const report = await operator.look({ full: nth % FULL_EVERY === 0, remember: false });
        return (state) => withReport(state, report, parents(operator, report));
      },
      withTrouble: (state, trouble) => ({ ...state, trouble }),
      act: (effect, change) => act(operator, effect, change),
      waiting: ({ notices }) => {
        const stopping = notices.filter(({ kind }) => kind === "stopping").length;
        return stopping === 0 ? null : `Waiting for ${plural(stopping, "process", "processes")} to end …`;
      },
      rest: noticeLines,
    },
    "Use status for a table, or status --json for a script.",
  );
  return 0;
}

/** Names of who started the jobs, where that is nobody in view. */
function parents(operator: Operator, { judgement }: Report): ReadonlyMap<number, string> {
  const pids = new Set(judgement.jobs.map(({ job }) => job.root.ppid));
  return new Map([...pids].map((pid) => [pid, operator.describe(pid) ?? ""]));
}

function act(operator: Operator, effect: Effect, change: (how: StateChange<State>) => void): Promise<void> {
  const { chosen } = effect;
  return effect.type === "preview"
    ? stop(operator, chosen, { dryRun: true, force: false }, change)
    : stop(operator, chosen, { dryRun: false, force: effect.force }, change);
}

async function stop(
  operator: Operator,
  chosen: ProcessId,
  how: { readonly dryRun: boolean; readonly force: boolean },
  change: (how: StateChange<State>) => void,
): Promise<void> {
  if (!how.dryRun) change((state) => withStopping(state, chosen, Date.now()));
  try {
    const report = await operator.stopByHand({ chosen: [chosen], ...how });
    change((state) =>
      how.dryRun ? withPreview(state, chosen, report) : withOutcome(state, chosen, report, Date.now()),
    );
  } catch (error) {
    change((state) => withFailure(state, chosen, firstLine(error), Date.now()));
  }
}
