/** `maintenance status`: what is planned, what was done, what is next. */
import type { Loaded } from "../config/load.ts";
import { MAINTENANCE_TASKS } from "../core/plan/event.ts";
import { printable } from "../text/mask.ts";
import { type Ledger, NOTED } from "./store/ledger.ts";
import { formatDate } from "../text/duration.ts";
import { schedulesOf } from "./store/slots.ts";
import { hanging } from "../render/notes.ts";
import { bold, dim, lineWidth } from "../text/style.ts";
import { table } from "../text/table.ts";

/** `schedule`: null = never by itself; `last`: null = not yet; `nextMs`: Unix epoch ms, null = never. */
export function maintenanceRows(loaded: Loaded, ledger: Ledger, nowMs: number) {
  const slots = schedulesOf(loaded);
  return MAINTENANCE_TASKS.map((task) => ({
    task,
    schedule: loaded.settings.maintenance[task],
    last: ledger[task].findLast(({ result }) => result !== NOTED) ?? null,
    nextMs: slots.get(task)?.nextMs(nowMs) ?? null,
  }));
}

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const SIMPLE = /^(?<minute>\d{1,2}) (?<hour>\d{1,2}) (?<date>\d{1,2}|\*) \* (?<day>[0-6]|\*)$/u;

/** "0 6 * * *" → "every day at 06:00"; what is not as simple stays as it is. */
export function inWords(expression: string): string {
  const groups = SIMPLE.exec(expression.trim())?.groups;
  if (groups === undefined) return expression;
  const { minute = "", hour = "", date, day } = groups;
  const at = `at ${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
  if (date === "*" && day === "*") return `every day ${at}`;
  if (date === "*") return `every ${DAYS[Number(day)]} ${at}`;
  return day === "*" ? `on day ${date} of the month ${at}` : expression;
}

const COLUMNS = ["TASK", "SCHEDULE", "LAST RUN", "NEXT RUN"].map((title) => ({ title }));

export function renderMaintenance(rows: ReturnType<typeof maintenanceRows>): string {
  const cells = rows.map(({ task, schedule, last, nextMs }) => [
    task,
    printable(nextMs === null ? (schedule ?? "off") : inWords(schedule ?? ""), 40),
    last === null ? "not yet" : formatDate(last.atMs),
    nextMs === null ? "never" : formatDate(nextMs),
  ]);
  const paint = (line: string, row: number | "header"): string =>
    row === "header" ? bold(line) : rows[row]?.schedule === null ? dim(line) : line;
  const results = rows.flatMap(({ task, last }) => {
    if (last === null) return [];
    const text = last.result ?? `${task}: begun, and did not end: it is made up`;
    return hanging(printable(text, MOST_RESULT_CHARACTERS), lineWidth());
  });
  return [...table(COLUMNS, cells, lineWidth(), paint), "", ...results].join("\n").trimEnd();
}

const MOST_RESULT_CHARACTERS = 1_000;
