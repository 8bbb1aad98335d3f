/** Why a launch was refused: who holds the slots and since when, and what can be done about it. */
import type { Holding } from "../../core/admission.ts";
import { duration, processCount } from "../../core/wording.ts";
import type { GateRequest, Refusal } from "../../gate/run.ts";
import { formatDuration } from "../duration.ts";
import { lineWidth, plural } from "../render/style.ts";
import { table, type Column } from "../render/table.ts";

const COLUMNS: readonly Column[] = [
  { title: "PID", align: "right" },
  { title: "SINCE", align: "right" },
  { title: "NAME" },
  { title: "COMMAND", flexible: true },
];

export function refusalText({ command, maxDepth }: GateRequest, refusal: Refusal, waitedMs: number): string {
  switch (refusal.why) {
    case "full":
      return full(command, refusal, waitedMs);
    case "depth":
      return [
        `bun-wrapper: refused "${command}": it would run inside of ${plural(refusal.depth, "gated job")}, and gate.maxDepth is ${maxDepth}. Something starts itself again and again:`,
        ...refusal.chain.map((line, depth) => `${"  ".repeat(depth + 1)}└ ${line}`),
      ].join("\n");
  }
}

function full(
  command: string,
  { seen, holdings }: Extract<Refusal, { why: "full" }>,
  waitedMs: number,
): string {
  const { limit, held, ungated, ahead } = seen;
  const waited = waitedMs < 1_000 ? "" : ` after ${duration(waitedMs)}`;
  const parts = [
    `${held} of ${plural(limit ?? 0, "slot")} taken`,
    ...(ungated > 0 ? [`${plural(ungated, "job")} outside the gate (bun-watchdog status shows them)`] : []),
    ...(ahead > 0 ? [`${ahead} waiting`] : []),
  ];
  const nowMs = Date.now();
  return [
    `bun-wrapper: refused "${command}"${waited}: ${parts.join(", ")}.`,
    ...(holdings.length === 0
      ? []
      : table(
          COLUMNS,
          holdings.map((each) => row(each, nowMs)),
          lineWidth(),
        )),
    "Wait for one with --wait or --wait=30s, raise gate.maxSlots, or end one of them.",
  ].join("\n");
}

function row({ record, standing, left: processes }: Holding, nowMs: number): string[] {
  const { root, wrapper, sinceMs, name, command } = record;
  const left = standing === "orphaned" ? leftBehind(processes) : "";
  const elsewhere = standing === "foreign" ? " (in another PID namespace)" : "";
  return [
    String((root ?? wrapper).pid),
    formatDuration(Math.max(0, nowMs - sinceMs)),
    name ?? "",
    `${command}${elsewhere}${left}`,
  ];
}

const leftBehind = (processes: number): string =>
  ` (its wrapper is dead, ${processCount(processes)} left: bun-watchdog cleanup)`;
