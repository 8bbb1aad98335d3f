/** `stop`: a person says which process has to go. Nothing is sent before they have seen what goes with it. */
import { find, notInView } from "../../core/plan/by-hand.ts";
import type { StopReport } from "../../wire/reports.ts";
import { configuration, type ConfigFlags } from "../../host/configuration.ts";
import { UsageError } from "../../text/errors.ts";
import { Operator } from "../../watch/operator.ts";
import { backOf, stopDocument, survivorsOf } from "../../wire/documents/actions.ts";
import { whileSaying } from "../../render/progress.ts";
import { renderStop } from "../../render/cleanup.ts";
import { CONFIG_OPTIONS, type Declaration } from "../declaring.ts";

interface StopOptions extends ConfigFlags {
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const wantsAnswer = (options: StopOptions): boolean => options.yes !== true && options.dryRun !== true;

function requireSomebodyToAsk(options: StopOptions): void {
  if (!wantsAnswer(options)) return;
  if (options.json === true)
    throw new UsageError("stop --json cannot ask. Add --yes to stop without asking, or --dry-run to look.");
  if (!process.stdin.isTTY || !process.stdout.isTTY)
    throw new UsageError(
      "stop asks before it acts, and there is no terminal to ask on. Add --yes to stop without asking, or --dry-run to look.",
    );
}

/** Exit 1 when something survived, was refused, or the answer was no. */
export async function stop(pids: readonly number[], options: StopOptions): Promise<number> {
  requireSomebodyToAsk(options);
  const loaded = await configuration(options);
  await using operator = new Operator(loaded);
  const { judgement } = await operator.look({ full: true, remember: false });
  const seen = pids.map((pid) => find(judgement, pid)?.process.id ?? pid);
  const chosen = seen.filter((id) => typeof id === "object");
  const unseen = seen.filter((id) => typeof id === "number").map(notInView);
  const carryOut = async (dryRun: boolean): Promise<StopReport> => {
    const report = await operator.stopByHand({ chosen, dryRun, force: options.force === true });
    return { ...report, plan: { ...report.plan, refused: [...unseen, ...report.plan.refused] } };
  };
  const print = (report: StopReport): void =>
    console.log(options.json === true ? JSON.stringify(stopDocument(report)) : renderStop(report));

  if (options.yes !== true) {
    const preview = await carryOut(true);
    print(preview);
    if (options.dryRun === true || preview.plan.steps.length === 0)
      return preview.plan.refused.length > 0 ? 1 : 0;
    if (!confirm("Stop it?")) return 1;
  }
  const report = await whileSaying("stopping", () => carryOut(false));
  print(report);
  const remaining = [...survivorsOf(report.carriedOut), ...backOf(report.carriedOut)];
  return report.plan.refused.length > 0 || remaining.length > 0 ? 1 : 0;
}

const pid = (text: string, before: readonly number[] = []): readonly number[] => {
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new UsageError("A pid is a whole number above 0.");
  return [...before, Number(text)];
};

export const stopCommand: Declaration = {
  argument: ["<pid...>", "Bun processes, as `status` shows them", pid],
  options: [
    ...CONFIG_OPTIONS,
    ["-n, --dry-run", "show what would be stopped and send nothing"],
    ["-f, --force", "no grace: SIGKILL at once (spares what is always spared)"],
    ["-y, --yes", "do not ask; needed where nobody can be asked"],
    ["--json", "one JSON object on standard output; needs --yes or --dry-run"],
  ],
  examples: [
    ["stop 4711", "shows what goes with it, and asks"],
    ["stop 4711 4712 --yes", "in a script"],
    ["stop 4711 --force", "a process that will not die"],
  ],
  exitCodes: [
    ["0", "all of it is dead"],
    ["1", "something survived or was refused, or the answer was no"],
    ["2", "wrong arguments, or a wrong configuration"],
  ],
  run: stop,
};
