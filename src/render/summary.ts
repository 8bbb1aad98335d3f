/** Words what a monitor stopped while a command ran: for the terminal, and as the Markdown of a CI step's summary. */
import { withRemedy } from "../core/plan/remedy.ts";
import { commandLine } from "../text/mask.ts";
import { isDead } from "../core/plan/outcome.ts";
import type { ProcessSample } from "../core/process/process.ts";
import type { CarriedOut, Departure, LeftRunning } from "../wire/reports.ts";
import { survivorsOf } from "../wire/documents/actions.ts";
import { shortCommand } from "./command-name.ts";
import { cores, duration } from "../text/wording.ts";
import { green, plural, red, yellow } from "../text/style.ts";

export function summaryText({ stopped, left }: Departure): string {
  const lines = [...stoppedLines(stopped), ...leftLines(left)];
  return lines.length === 0
    ? green("bun-watchdog: nothing ran away, and nothing is left running.")
    : lines.join("\n");
}

function stoppedLines(stopped: readonly CarriedOut[]): readonly string[] {
  if (stopped.length === 0) return [];
  const survivors = survivorsOf(stopped).length;
  const targets = stopped.flatMap(({ outcomes }) => outcomes).length;
  const headline = `bun-watchdog stopped ${plural(stopped.length, "runaway")} (${plural(targets, "process", "processes")})`;
  return [
    survivors > 0 ? red(`${headline}, ${survivors} survived:`) : yellow(`${headline}:`),
    ...stopped.map(({ victim, cause }) => itsLine(victim, withRemedy(cause))),
  ];
}

const itsLine = ({ id, command, cwd }: ProcessSample, what: string): string =>
  `  ${id.pid}  ${shortCommand(command, cwd)}: ${what}`;

/** What became of those that were left; a clean-up that fails says for whom. */
function leftLines({ processes, cleaned }: LeftRunning): readonly string[] {
  if (processes.length === 0) return [];
  const count = plural(processes.length, "process", "processes");
  const refused = new Map(cleaned?.plan.refused.map(({ pid, because }) => [pid, because]));
  const remaining = refused.size + survivorsOf(cleaned?.carriedOut ?? []).length;
  const headline = `bun-watchdog: the command had left ${count} running`;
  return [
    cleaned === null
      ? yellow(`bun-watchdog: the command has left ${count} running (to end them: monitor --clean):`)
      : remaining === 0
        ? green(`${headline}; ended:`)
        : red(`${headline}; ${remaining} of them stay:`),
    ...processes.map(({ process, cpuPercent }) => {
      const because = refused.get(process.id.pid);
      const stays = because === undefined ? "" : `; it stays: ${because}`;
      return itsLine(process, `uses ${cores(cpuPercent ?? 0)}, ${duration(process.ageMs)} old${stays}`);
    }),
  ];
}

/** Makes harmless what could start markup, a link or a mention, or end a table's cell. */
export const asMarkdown = (text: string): string =>
  text.replaceAll(/[|<>`*_[\]\\~&@#:!]|(?<=www)\./gi, (character) => `\\${character}`);

export function summaryMarkdown(command: readonly string[], { stopped, left }: Departure): string {
  const title = `### bun-watchdog: ${asMarkdown(commandLine(command))}\n\n`;
  const ended = stopped.map(({ victim, cause, outcomes }) => {
    const survived = outcomes.filter(({ result }) => !isDead(result)).length;
    const end = survived === 0 ? "gone" : `${survived} of ${outcomes.length} not gone`;
    return [victim.id.pid, asMarkdown(victim.command), cause.rule, asMarkdown(withRemedy(cause)), end];
  });
  const there = left.processes.map(({ process, cpuPercent }) => [
    process.id.pid,
    asMarkdown(process.command),
    cores(cpuPercent ?? 0),
    duration(process.ageMs),
  ]);
  const what = left.cleaned === null ? "Left running" : "Left running, and ended by --clean";
  const tables =
    markdownTable(["pid", "command", "rule", "evidence", "outcome"], ended) +
    markdownTable(["pid", "command", "CPU", "age"], there, `${what}:\n\n`);
  return title + (tables === "" ? "Nothing ran away.\n\n" : tables);
}

/** "" without rows. The first column has numbers. */
function markdownTable(
  titles: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  before = "",
): string {
  const lines = [titles, ["---:", ...titles.slice(1).map(() => "---")], ...rows];
  return rows.length === 0 ? "" : `${before}${lines.map((line) => `| ${line.join(" | ")} |\n`).join("")}\n`;
}
