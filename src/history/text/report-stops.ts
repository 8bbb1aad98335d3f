/** The lists of a report: what was stopped, what survived, what was only observed, who offends. */
import { kindOf, type StopKind } from "../report/summary.ts";
import type { Offender, PeriodReport, Stopped } from "../report/period.ts";
import { bytes } from "../../text/wording.ts";
import { formatDate, formatDuration, formatTime } from "../../text/duration.ts";
import { elsewhere, shortCommand, shortenPaths, shortPath } from "../../render/command-name.ts";
import { indented } from "../../render/notes.ts";
import { bold, dim, dimHeader, plural, red } from "../../text/style.ts";
import { table, type Column } from "../../text/table.ts";

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const WEEK_MS = 7 * 86_400_000;

/** "Tue 14:03" within the last week, the date before that. */
function when(atMs: number, toMs: number): string {
  if (toMs - atMs >= WEEK_MS) return formatDate(atMs).slice(0, 10);
  return `${WEEKDAYS[new Date(atMs).getDay()] ?? ""} ${formatTime(atMs).slice(0, 5)}`;
}

type Entry = Pick<Stopped, "lastMs" | "rule" | "command" | "project" | "evidence"> & {
  readonly times: number;
};

const COLUMNS = (times: string): readonly Column[] => [
  { title: times, align: "right" },
  { title: "LAST" },
  { title: "RULE" },
  { title: "COMMAND", flexible: true, shorten: shortenPaths },
];

/** Each entry is a line of the table, with the evidence of its latest below. */
function entryLines(entries: readonly Entry[], times: string, toMs: number, width: number): string[] {
  const rows = entries.map(({ times: n, lastMs, rule, command, project }) => [
    String(n),
    when(lastMs, toMs),
    rule,
    shortCommand(command, project),
  ]);
  const [header = "", ...lines] = table(COLUMNS(times), rows, width, dimHeader);
  const indent = " ".repeat(Math.max(times.length, ...rows.map(([n = ""]) => n.length)) + 2);
  return [
    header,
    ...entries.flatMap(({ evidence, project }, at) => [
      lines[at] ?? "",
      ...indented(`${evidence}${elsewhere(project)}`, indent, width).map(dim),
    ]),
  ];
}

const others = (shown: number, all: number, what: string): string[] =>
  all > shown ? [dim(`and ${plural(all - shown, `other ${what}`)}; --top shows more`)] : [];

const sum = (entries: readonly Entry[]): number => entries.reduce((total, { times }) => total + times, 0);

export function stoppedLines({ stopped, totals, toMs }: PeriodReport, width: number): string[] {
  const entries = stopped.map((each) => Object.assign({ times: each.stops }, each));
  const tables = KINDS.flatMap(([kind, title]) => {
    const its = entries.filter(({ rule }) => kindOf(rule) === kind);
    return its.length === 0 ? [] : [[bold(title), ...entryLines(its, "STOPS", toMs, width)]];
  });
  const more = others(sum(entries), totals.stops, "stop");
  return [
    ...tables.flatMap((lines, at) => (at === 0 ? lines : ["", ...lines])),
    ...(tables.length > 0 ? more : []),
  ];
}

/** A job that was one too many, or that a person named, did not run away. */
const KINDS: readonly (readonly [StopKind, string])[] = [
  ["runaways", "What was stopped, and why"],
  ["number", "Stopped for the number of jobs"],
  ["byHand", "Stopped by hand"],
];

export function observedLines({ observed, totals, toMs, mode }: PeriodReport, width: number): string[] {
  if (observed.length === 0) return [];
  const entries = observed.map((each) => Object.assign({ times: each.episodes }, each));
  return [
    bold(mode === "observe" ? "What would have been stopped" : "Over a limit, and not stopped"),
    ...entryLines(entries, "TIMES", toMs, width),
    ...others(sum(entries), totals.observed, "time"),
  ];
}

const SURVIVOR_COLUMNS: readonly Column[] = [
  { title: "WHEN" },
  { title: "RULE" },
  { title: "PID", align: "right" },
  { title: "LEFT", align: "right" },
  { title: "COMMAND", flexible: true, shorten: shortenPaths },
];

/** `?`: the watchdog ended before it could say, or is still at it. */
export function survivorLines({ survivors, toMs }: PeriodReport, width: number): string[] {
  if (survivors.length === 0) return [];
  const rows = survivors.map(({ atMs, rule, pid, survivors: left, command, project }) => [
    when(atMs, toMs),
    rule,
    String(pid),
    left === null ? "?" : String(left),
    shortCommand(command, project),
  ]);
  return [red("What did not end"), ...table(SURVIVOR_COLUMNS, rows, width, dimHeader)];
}

const offenderColumns = (title: string, shorten?: Column["shorten"]): readonly Column[] => [
  { title: "STOPS", align: "right" },
  { title: "OVER", align: "right" },
  { title: "CPU TIME", align: "right" },
  { title: "PEAK", align: "right" },
  { title, flexible: true, ...(shorten === undefined ? {} : { shorten }) },
];

const offenderRows = (all: readonly Offender[], say: (name: string) => string): string[][] =>
  all.map(({ name, stops, episodes, cpuMs, peakMemoryBytes }) => [
    String(stops),
    String(episodes),
    formatDuration(cpuMs),
    peakMemoryBytes === null ? "?" : bytes(peakMemoryBytes),
    name === null ? "unknown" : say(name),
  ]);

export function offenderLines({ offenders, project }: PeriodReport, width: number): string[] {
  const { projects, commands } = offenders;
  if (commands.length === 0) return [];
  const byProject = table(offenderColumns("PROJECT"), offenderRows(projects, shortPath), width, dimHeader);
  const named = offenderRows(commands, (name) => shortCommand(name, project));
  return [
    `${bold("Top offenders")}  ${dim("OVER: times over a limit, stopped or not")}`,
    ...(projects.length < 2 ? [] : byProject),
    ...table(offenderColumns("COMMAND", shortenPaths), named, width, dimHeader),
  ];
}
