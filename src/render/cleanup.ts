/** `cleanup` and `stop` for people. */
import { isBack, isDead, type TargetOutcome } from "../core/plan/outcome.ts";
import type { Step } from "../core/plan/plan.ts";
import { withRemedy } from "../core/plan/remedy.ts";
import { bytes } from "../text/wording.ts";
import { backOf, survivorsOf } from "../wire/documents/actions.ts";
import type { StopRefusal } from "../core/plan/by-hand.ts";
import type { CarriedOut, CleanupReport, StopReport } from "../wire/reports.ts";
import { shortCommand, shortPath } from "./command-name.ts";
import { describeOutcome } from "./describe-outcome.ts";
import { indented, type Note, noteLines } from "./notes.ts";
import { bold, dim, green, lineWidth, plural, red, yellow } from "../text/style.ts";

const sentence = (text: string): string[] => indented(text, "    ", lineWidth());

/** Who and why; with its folder, since the same command may run in many. */
const aboutLines = ({ victim, cause }: Pick<Step, "victim" | "cause">): string[] => [
  `${bold(String(victim.id.pid))}  ${shortCommand(victim.command, victim.cwd)}`,
  ...(victim.cwd === null ? [] : sentence(`in ${shortPath(victim.cwd)}`)),
  ...sentence(withRemedy(cause)),
];

function stepLines(step: Step): string[] {
  const { victim, targets, left, immediate } = step;
  const others = targets.filter(({ id }) => id.pid !== victim.id.pid).map(({ id }) => id.pid);
  return [
    ...aboutLines(step),
    `    would get ${immediate ? "SIGKILL" : "SIGTERM, then SIGKILL if it stays"}${others.length === 0 ? "" : `, and with it: ${others.join(", ")}`}`,
    ...left.map(({ id, command }) => dim(`    would stay: ${id.pid}  ${shortCommand(command)}`)),
  ];
}

/** 4 → "4 ms", 1_840 → "1.8 s". */
const took = (ms: number): string => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);

export function outcomeLine({ id, command, result, signals, tookMs }: TargetOutcome, alone: boolean): string {
  const mark = isDead(result) ? green("✓") : isBack(result) ? yellow("↻") : red("✗");
  const sent = signals.length > 0 ? `${signals.join(", ")}; ${took(tookMs)}` : "nothing sent";
  const which = alone ? "" : `${id.pid}  `;
  const what = alone ? "" : `  ${shortCommand(command)}`;
  return `  ${mark} ${which}${describeOutcome(result)} ${dim(`(${sent})${what}`)}`;
}

const carriedOutLines = (carriedOut: CarriedOut): string[] => [
  ...aboutLines(carriedOut),
  ...carriedOut.outcomes.map((outcome, _, { length }) =>
    outcomeLine(outcome, length === 1 && outcome.id.pid === carriedOut.victim.id.pid),
  ),
  ...carriedOut.left.map(({ id, command }) => dim(`    left running: ${id.pid}  ${shortCommand(command)}`)),
];

/** Over a limit, ours to stop, and still there: held back for now, or not judged. */
export const openOf = ({ plan }: CleanupReport): number =>
  plan.heldBack.filter(({ isSpared }) => isSpared !== true).length + (plan.unjudged?.length ?? 0);

const note = (word: string, { id, command, cwd }: Step["victim"], text: string): Note => ({
  pid: id.pid,
  word,
  text: `${text} · ${shortCommand(command, cwd)}`,
  paint: yellow,
});

function heldBackLines({ plan }: CleanupReport): string[] {
  const notes = [
    ...plan.heldBack.map((each) =>
      note("left alone", each.victim, `${each.verdict.evidence}; ${each.because}`),
    ),
    ...(plan.unjudged ?? []).map((each) => note("not judged", each.victim, each.verdict.evidence)),
  ];
  return noteLines(notes, lineWidth());
}

function verdictLines(report: CleanupReport): string[] {
  const { plan, mode, carriedOut } = report;
  const isQuiet = plan.heldBack.length === 0 && plan.unjudged === undefined;
  const nothing = green(isQuiet ? nothingOver(report) : "Nothing to stop.");
  if (mode === "enforce")
    return [
      ...(carriedOut.every(({ outcomes }) => outcomes.length === 0)
        ? [nothing]
        : sumLines(carriedOut, "cleanup --force")),
      ...openLines(report),
    ];
  if (plan.steps.length === 0) return [nothing];
  const isOneByOne = plan.steps.some(
    ({ cause }) => cause.rule === "concurrency" && (cause.value ?? 0) - cause.limit > 1,
  );
  return [
    ...(isOneByOne ? [dim("Of too many jobs, a clean-up stops one, counts again, and goes on.")] : []),
    yellow(
      `${plan.steps.length} to stop; nothing was sent (${mode === "observe" ? "mode is observe" : "dry run"}).`,
    ),
    ...(mode === "observe" ? [dim("To stop them now: cleanup --mode enforce")] : []),
  ];
}

/** Jobs elsewhere are under no limit but CPU: nothing may be over a limit although much is there. */
function nothingOver({ elsewhere = { jobs: 0, memoryBytes: 0 } }: CleanupReport): string {
  const { jobs, memoryBytes } = elsewhere;
  if (jobs === 0) return "Nothing is over a limit.";
  const shown = `${plural(jobs, "job")} elsewhere ${jobs === 1 ? "is" : "are"} only shown (${bytes(memoryBytes)})`;
  return `Nothing is over a limit that holds here; ${shown}. To limit all of this account's jobs: cleanup --scope user --mode enforce`;
}

function openLines(report: CleanupReport): string[] {
  const open = openOf(report);
  if (open === 0) return [];
  const unjudged = report.plan.unjudged === undefined ? "" : " Why something cannot be judged: doctor.";
  return [yellow(`${plural(open, "process", "processes")} over a limit left as they are.${unjudged}`)];
}

/** How many are dead, and what to do about those that are not. */
function sumLines(carriedOut: readonly CarriedOut[], harder: string): string[] {
  const all = carriedOut.flatMap(({ outcomes }) => outcomes);
  const survivors = survivorsOf(carriedOut);
  const back = backOf(carriedOut).length;
  if (survivors.length === 0) {
    const stopped = `${all.length} stopped, none survived`;
    return back === 0
      ? [green(`${stopped}.`)]
      : [yellow(`${stopped}; ${back} came back (↻): stop what starts them.`)];
  }
  const rest = `${all.length - survivors.length} stopped, ${plural(survivors.length, "process", "processes")} survived.`;
  return [red(rest), dim(`What is listed with ✗ is still there. Without a grace: ${harder}`)];
}

/** Something was stopped, would be, or is left for another time. */
export const hasNews = (report: CleanupReport): boolean =>
  report.carriedOut.length > 0 || report.plan.steps.length > 0 || openOf(report) > 0;

export function renderCleanup(report: CleanupReport): string {
  const body =
    report.mode === "enforce"
      ? report.carriedOut.flatMap(carriedOutLines)
      : report.plan.steps.flatMap(stepLines);
  const before = [...body, ...heldBackLines(report)];
  return [...before, ...(before.length > 0 ? [""] : []), ...verdictLines(report)].join("\n");
}

export const stopRefusalText = ({ command, because }: StopRefusal): string =>
  command === null ? because : `${because} · ${shortCommand(command)}`;

const OBSERVING =
  "The mode is observe: the watchdog stops nothing by itself, and this all the same, since you ask.";

function stopSum({ plan, dryRun, mode, carriedOut }: StopReport): string[] {
  if (plan.steps.length === 0) return [yellow("Nothing to stop.")];
  if (!dryRun) return sumLines(carriedOut, "stop --force");
  const count = plan.steps.reduce((all, { targets }) => all + targets.length, 0);
  return [
    yellow(`${plural(count, "process", "processes")} to stop; nothing was sent yet.`),
    ...(mode === "observe" ? [dim(OBSERVING)] : []),
  ];
}

export function renderStop(report: StopReport): string {
  const { plan, dryRun, carriedOut } = report;
  const body = dryRun ? plan.steps.flatMap(stepLines) : carriedOut.flatMap(carriedOutLines);
  const refused = plan.refused.map((refusal) => ({
    pid: refusal.pid,
    word: "refused",
    text: stopRefusalText(refusal),
    paint: yellow,
  }));
  return [...body, ...noteLines(refused, lineWidth()), "", ...stopSum(report)].join("\n");
}
