/** What a monitor stopped while a command ran: for the terminal, and as the Markdown of a CI step's summary. */
import { commandLine } from "../../core/mask.ts";
import { isDead } from "../../core/outcome.ts";
import type { CarriedOut } from "../../monitor/report.ts";
import { survivorsOf } from "./cleanup.ts";
import { shortCommand } from "./command-name.ts";
import { green, plural, red, yellow } from "./style.ts";

const processes = (stopped: readonly CarriedOut[]): number =>
  stopped.reduce((sum, { outcomes }) => sum + outcomes.length, 0);

export function summaryText(stopped: readonly CarriedOut[]): string {
  if (stopped.length === 0) return green("bun-watchdog: nothing ran away.");
  const survivors = survivorsOf(stopped).length;
  const headline = `bun-watchdog stopped ${plural(stopped.length, "runaway")} (${plural(processes(stopped), "process", "processes")})`;
  return [
    survivors > 0 ? red(`${headline}, ${survivors} survived:`) : yellow(`${headline}:`),
    ...stopped.map(
      ({ victim, verdict }) =>
        `  ${victim.id.pid}  ${shortCommand(victim.command, victim.cwd)}: ${verdict.evidence}`,
    ),
  ].join("\n");
}

/** What could start markup, or end a table's cell, is made harmless. */
export const asMarkdown = (text: string): string => text.replaceAll(/[|<>`*_[\]\\]/g, (c) => `\\${c}`);

export function summaryMarkdown(command: readonly string[], stopped: readonly CarriedOut[]): string {
  const title = `### bun-watchdog: ${asMarkdown(commandLine(command))}\n\n`;
  if (stopped.length === 0) return `${title}Nothing ran away.\n\n`;
  const rows = stopped.map(({ victim, verdict, outcomes }) => {
    const survived = outcomes.filter(({ result }) => !isDead(result)).length;
    const end = survived === 0 ? "gone" : `${survived} of ${outcomes.length} not gone`;
    return `| ${victim.id.pid} | ${asMarkdown(victim.command)} | ${verdict.rule} | ${asMarkdown(verdict.evidence)} | ${end} |`;
  });
  return `${title}| pid | command | rule | evidence | outcome |\n| ---: | --- | --- | --- | --- |\n${rows.join("\n")}\n\n`;
}
