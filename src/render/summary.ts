/** Words what a monitor stopped while a command ran: for the terminal, and as the Markdown of a CI step's summary. */
import { withRemedy } from "../core/plan/remedy.ts";
import { commandLine } from "../text/mask.ts";
import { isDead } from "../core/plan/outcome.ts";
import type { CarriedOut, Departure, LeftRunning } from "../wire/reports.ts";
import { survivorsOf } from "../wire/documents/actions.ts";
import { shortCommand } from "./command-name.ts";
import { cores, duration } from "../text/wording.ts";
import { green, plural, red, yellow } from "../text/style.ts";

const processes = (stopped: readonly CarriedOut[]): number =>
  stopped.reduce((sum, { outcomes }) => sum + outcomes.length, 0);

export function summaryText({ stopped, left }: Departure): string {
  const lines = [...stoppedLines(stopped), ...leftLines(left)];
  return lines.length === 0
    ? green("bun-watchdog: nothing ran away, and nothing is left running.")
    : lines.join("\n");
}

function stoppedLines(stopped: readonly CarriedOut[]): readonly string[] {
  if (stopped.length === 0) return [];
  const survivors = survivorsOf(stopped).length;
  const headline = `bun-watchdog stopped ${plural(stopped.length, "runaway")} (${plural(processes(stopped), "process", "processes")})`;
  return [
    survivors > 0 ? red(`${headline}, ${survivors} survived:`) : yellow(`${headline}:`),
    ...stopped.map(
      ({ victim, cause }) =>
        `  ${victim.id.pid}  ${shortCommand(victim.command, victim.cwd)}: ${withRemedy(cause)}`,
    ),
  ];
}

const countOf = ({ processes: left }: LeftRunning): string => plural(left.length, "process", "processes");

/** Says what became of those that were left; a clean-up that fails says for whom. */
function leftHeadline(left: LeftRunning): string {
  if (left.cleaned === null)
    return yellow(
      `bun-watchdog: the command has left ${countOf(left)} running (to end them: monitor --clean):`,
    );
  const { carriedOut, plan } = left.cleaned;
  const remaining = survivorsOf(carriedOut).length + plan.refused.length;
  const headline = `bun-watchdog: the command had left ${countOf(left)} running`;
  return remaining === 0 ? green(`${headline}; ended:`) : red(`${headline}; ${remaining} of them stay:`);
}

function leftLines(left: LeftRunning): readonly string[] {
  if (left.processes.length === 0) return [];
  const refused = new Map(left.cleaned?.plan.refused.map(({ pid, because }) => [pid, because]));
  return [
    leftHeadline(left),
    ...left.processes.map(({ process, cpuPercent }) => {
      const because = refused.get(process.id.pid);
      const use = `${cores(cpuPercent ?? 0)}, ${duration(process.ageMs)} old`;
      return `  ${process.id.pid}  ${shortCommand(process.command, process.cwd)}: uses ${use}${because === undefined ? "" : `; it stays: ${because}`}`;
    }),
  ];
}

/** Makes harmless what could start markup, a link or a mention, or end a table's cell. */
export const asMarkdown = (text: string): string =>
  text.replaceAll(/[|<>`*_[\]\\~&@#:!]|(?<=www)\./gi, (character) => `\\${character}`);

export function summaryMarkdown(command: readonly string[], { stopped, left }: Departure): string {
  const title = `### bun-watchdog: ${asMarkdown(commandLine(command))}\n\n`;
  const parts = [stoppedTable(stopped), leftTable(left)].filter((part) => part !== "");
  return title + (parts.length === 0 ? "Nothing ran away.\n\n" : parts.join(""));
}

function stoppedTable(stopped: readonly CarriedOut[]): string {
  if (stopped.length === 0) return "";
  const rows = stopped.map(({ victim, cause, outcomes }) => {
    const survived = outcomes.filter(({ result }) => !isDead(result)).length;
    const end = survived === 0 ? "gone" : `${survived} of ${outcomes.length} not gone`;
    return `| ${victim.id.pid} | ${asMarkdown(victim.command)} | ${cause.rule} | ${asMarkdown(withRemedy(cause))} | ${end} |`;
  });
  return `| pid | command | rule | evidence | outcome |\n| ---: | --- | --- | --- | --- |\n${rows.join("\n")}\n\n`;
}

function leftTable(left: LeftRunning): string {
  if (left.processes.length === 0) return "";
  const what = left.cleaned === null ? "Left running" : "Left running, and ended by --clean";
  const rows = left.processes.map(
    ({ process, cpuPercent }) =>
      `| ${process.id.pid} | ${asMarkdown(process.command)} | ${cores(cpuPercent ?? 0)} | ${duration(process.ageMs)} |`,
  );
  return `${what}:\n\n| pid | command | CPU | age |\n| ---: | --- | --- | --- |\n${rows.join("\n")}\n\n`;
}
