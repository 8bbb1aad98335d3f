/** `status`: every Bun process in scope and how it stands to the limits. Signals nothing. */
import type { Loaded } from "../../config/load.ts";
import type { Report } from "../../wire/reports.ts";
import { systemClock } from "../../os/clock.ts";
import { configuration } from "../../host/configuration.ts";
import { runningDashboard, type RunningDashboard } from "../../host/running-dashboard.ts";
import { typed } from "../../trust/typed.ts";
import { UsageError } from "../../text/errors.ts";
import { Operator } from "../../watch/operator.ts";
import { renderJudgement } from "../../render/judgement.ts";
import { inForceHere, statusDocument } from "../../wire/documents/status.ts";
import { shortPath } from "../../render/command-name.ts";
import { howToEnforce, limitsInWords } from "../../render/limits.ts";
import { hanging } from "../../render/notes.ts";
import { bold, lineWidth, yellow } from "../../text/style.ts";
import { CONFIG_OPTIONS, JSON_OPTION, type Declaration, type JsonFlags } from "../declaring.ts";

interface StatusOptions extends JsonFlags {
  readonly check?: boolean;
  readonly watch?: boolean;
}

/** CPU is a difference of two samples; this far apart one tick of the kernel's clock is 1 % of a core. */
const BETWEEN_SAMPLES_MS = 1_000;

/** The monitor's own view with its holds where one runs, else two samples of our own. */
async function report(loaded: Loaded): Promise<Report> {
  await using operator = new Operator(loaded);
  const everything = { full: true, remember: true };
  const first = await operator.look(everything);
  if (first.monitorPid !== null) return first;
  await systemClock.sleep(BETWEEN_SAMPLES_MS);
  return await operator.look(everything);
}

function header(seen: Report, loaded: Loaded, page: RunningDashboard | null): string {
  const { monitorPid } = seen;
  const { scope } = seen.policy;
  const { policy, config } = inForceHere(seen, loaded);
  const { mode } = policy;
  const who = monitorPid === null ? "No monitor runs." : `The monitor ${monitorPid} watches.`;
  const scoped = scope === "nearest" ? "" : ` Scope ${scope}.`;
  return [
    `${bold(who)}${scoped} Configuration: ${config === null ? "none" : shortPath(config)}`,
    `Limits: ${limitsInWords(policy)}`,
    ...(page === null ? [] : [`The page: ${page.address} (${typed("dashboard")} prints it with its token)`]),
    ...(mode === "observe" ? [yellow(`Observing: ${howToEnforce(config)}.`)] : []),
    "",
  ]
    .flatMap((line) => hanging(line, lineWidth()))
    .join("\n");
}

const isOver = ({ judgement }: Report): boolean =>
  judgement.jobs
    .filter(({ protectedBecause }) => protectedBecause === null)
    .flatMap(({ processes }) => processes)
    .some(({ verdicts }) => verdicts.some(({ decision }) => decision === "runaway"));

async function watch(options: StatusOptions): Promise<number> {
  const other = (["check", "json"] as const).find((key) => options[key] === true);
  if (other !== undefined)
    throw new UsageError(
      `--watch is for people, --${other} for scripts: they exclude each other. Choose one.`,
    );
  const { watchStatus } = await import("../../live/watch.ts");
  return await watchStatus(await configuration(options));
}

/** Exit 0; with --check 1 when something is a runaway. */
export async function status(options: StatusOptions): Promise<number> {
  if (options.watch === true) return await watch(options);
  const loaded = await configuration(options);
  const now = await report(loaded);
  const root = loaded.policy.projectRoot;
  if (options.json === true) console.log(JSON.stringify(statusDocument(now, loaded, process.pid)));
  else {
    const page = await runningDashboard();
    console.log(`${header(now, loaded, page)}\n${renderJudgement(now.judgement, now.policy, root)}`);
  }
  return options.check === true && isOver(now) ? 1 : 0;
}

export const statusCommand: Declaration = {
  options: [
    ...CONFIG_OPTIONS,
    ["-w, --watch", "a live table: sort, tree, evidence, stop by hand; q leaves it"],
    ["--check", "exit 1 when something is over a limit"],
    JSON_OPTION,
  ],
  examples: [
    ["status", "a table for people"],
    ["status --watch", "the same, live; ? shows the keys"],
    ["status --json | jq .totals", "for scripts"],
    ["status --check", "for CI: fails when something is a runaway"],
  ],
  exitCodes: [
    ["0", "done"],
    ["1", "with --check: something is over a limit"],
    ["2", "wrong arguments, or a wrong configuration"],
  ],
  run: status,
};
