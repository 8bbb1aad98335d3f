/** Why a launch was refused: who holds the slots and since when, and what can be done about it. */
import type { Holding, Ungated } from "../../core/slots/admission.ts";
import { OWNER_NAMES } from "../../core/process/slot.ts";
import { duration, processCount } from "../../text/wording.ts";
import type { GateRequest, LaunchRefusal } from "../run.ts";
import { formatDuration } from "../../text/duration.ts";
import { lineWidth, plural } from "../../text/style.ts";
import { table, type Column } from "../../text/table.ts";
import { typed } from "../../trust/typed.ts";

const COLUMNS: readonly Column[] = [
  { title: "PID", align: "right" },
  { title: "SINCE", align: "right" },
  { title: "NAME" },
  { title: "COMMAND", flexible: true },
];

export function launchRefusalText(
  { command, maxDepth }: GateRequest,
  refusal: LaunchRefusal,
  waitedMs: number,
): string {
  if (refusal.why === "full") return full(command, refusal, waitedMs);
  return [
    `bun-wrapper: refused "${command}": it would run inside of ${plural(refusal.depth, "gated job")}, and gate.maxDepth is ${maxDepth}. Something starts itself again and again:`,
    ...refusal.chain.map((line, depth) => `${"  ".repeat(depth + 1)}└ ${line}`),
  ].join("\n");
}

function full(
  command: string,
  { seen, holdings, ungated, ahead }: Extract<LaunchRefusal, { why: "full" }>,
  waitedMs: number,
): string {
  const { limit, held } = seen;
  const waited = waitedMs < 1_000 ? "" : ` after ${duration(waitedMs)}`;
  const parts = [
    `${held} of ${plural(limit ?? 0, "slot")} taken`,
    ...(ungated.length > 0 ? [`${plural(ungated.length, "job")} outside the gate`] : []),
    ...(ahead.length > 0 ? [`${ahead.length} waiting`] : []),
  ];
  const nowMs = Date.now();
  const rows = [
    ...holdings.map((each) => row(each, nowMs)),
    ...ungated.map(({ pid, ageMs, command: line }) => [
      String(pid),
      formatDuration(ageMs),
      "",
      `${line} (outside the gate)`,
    ]),
    ...ahead.map(({ owner }) => [String(owner.pid), "", "", "(waits for a slot)"]),
  ];
  return [
    `bun-wrapper: refused "${command}"${waited}: ${parts.join(", ")}.`,
    ...(rows.length === 0 ? [] : table(COLUMNS, rows, lineWidth())),
    ...moves(holdings, ungated),
  ].join("\n");
}

/** Lists what can be done about it, one line each. */
const moves = (holdings: readonly Holding[], ungated: readonly Ungated[]): readonly string[] => [
  `Wait for one with --wait or --wait=30s, raise gate.maxSlots, or end one of them: ${typed(`stop ${someone(holdings, ungated)}`)}`,
  ...(ungated.length > 0
    ? ['With "gate": { "countUngated": false } those outside the gate take no slot.']
    : []),
  ...(holdings.some(({ standing }) => standing === "orphaned")
    ? [`${typed("cleanup")} ends what a dead owner has left.`]
    : []),
];

const someone = ([holding]: readonly Holding[], [other]: readonly Ungated[]): number | string =>
  (holding === undefined ? other?.pid : (holding.record.root ?? holding.record.owner).pid) ?? "PID";

function row({ record, standing, left: processes }: Holding, nowMs: number): string[] {
  const { root, owner, sinceMs, name, command } = record;
  const left = standing === "orphaned" ? leftBehind(processes, record) : "";
  return [
    String((root ?? owner).pid),
    sinceMs === 0 ? "" : formatDuration(Math.max(0, nowMs - sinceMs)),
    name ?? "",
    `${command}${left}`,
  ];
}

const leftBehind = (processes: number, { keep, owner }: Holding["record"]): string =>
  keep
    ? ` (kept: ${processCount(processes)} left)`
    : ` (its ${OWNER_NAMES[owner.kind]} is dead, ${processCount(processes)} left)`;
