/** What else a machine did while it was measured on, in sentences for a person. */
import { printable } from "../../text/mask.ts";
import { count } from "../../text/wording.ts";

/** All that is counted is counted since the machine, the process or the group began; null = it cannot be read here. */
export interface MachineLoad {
  readonly atMs: number;
  readonly cores: number;
  /** Of a minute: how many threads ran or waited for a processor. */
  readonly loadAverage: number;
  /** Of all processors, without what the host has taken. */
  readonly busyMs: number | null;
  /** While something wanted to run on a virtual machine, its host ran something else. */
  readonly stolenMs: number | null;
  /** Of this process and of all that it has started and that has ended. */
  readonly ownMs: number;
  /** How often the processor limit of a control group that we are in has stopped it. */
  readonly heldBack: number | null;
  /** How often a processor has slowed down because of heat. */
  readonly overheated: number | null;
  /** How the speed of the processors is chosen; empty where nobody says. */
  readonly governors: readonly string[];
  /** All but our own. */
  readonly processes: readonly { readonly pid: number; readonly name: string; readonly cpuMs: number }[];
}

/** Less is always there. */
const [LEAST_BUSY, LEAST_STOLEN] = [0.2, 0.01];
/** The kernel counts in steps of 10 ms. */
const SHORTEST_MS = 100;

/** What can be said before anything is measured. */
export const noiseBefore = ({ loadAverage, cores }: MachineLoad): readonly string[] =>
  loadAverage < cores / 2
    ? []
    : [
        `The load average is ${digit(loadAverage)} on ${count(cores, "processor")}: other programs were running until now.`,
      ];

/** No disturbance, but times are not the same at another speed. */
export function speedNotes({ governors }: MachineLoad): readonly string[] {
  const changing = governors.filter((name) => name !== "performance");
  return changing.length === 0
    ? []
    : [
        `The processors change their speed (scaling_governor is ${changing.map(shown).join(", ")}): with "performance" the times are steadier.`,
      ];
}

/** What was between two readings. Empty: nothing disturbed, as far as can be told. */
export function noiseBetween(before: MachineLoad, after: MachineLoad): readonly string[] {
  const tookMs = after.atMs - before.atMs;
  const held = since(before.heldBack, after.heldBack);
  const hot = since(before.overheated, after.overheated);
  return [
    ...(tookMs < SHORTEST_MS ? [] : [...otherWork(before, after, tookMs), ...steal(before, after, tookMs)]),
    ...(held > 0
      ? [
          `The processor limit of this control group stopped the benchmark ${count(held, "time")} (nr_throttled): the times are too long.`,
        ]
      : []),
    ...(hot > 0
      ? [`The processors slowed down ${count(hot, "time")} because of heat: the times are too long.`]
      : []),
  ];
}

function otherWork(before: MachineLoad, after: MachineLoad, tookMs: number): readonly string[] {
  if (before.busyMs === null || after.busyMs === null) return [];
  const own = (after.ownMs - before.ownMs) / tookMs;
  const other = (after.busyMs - before.busyMs) / tookMs - own;
  if (other < LEAST_BUSY) return [];
  const were = digit(other) === "1" ? "was" : "were";
  // what is measured wants one processor, at least
  const effect = other + Math.max(1, own) > after.cores ? "are" : "may be";
  const work = `${digit(other)} of ${count(after.cores, "processor")} ${were} busy with other work`;
  return [`${work}${mostOfIt(before, after, tookMs)}: the times ${effect} too long.`];
}

const MOST_NAMES = 2;

function mostOfIt(before: MachineLoad, after: MachineLoad, tookMs: number): string {
  const known = new Map(before.processes.map((each) => [each.pid, each]));
  const names = after.processes
    .map(({ pid, name, cpuMs }) => {
      const earlier = known.get(pid)?.cpuMs ?? 0;
      // where it is more than now, somebody else has the pid
      return { pid, name, share: (earlier > cpuMs ? cpuMs : cpuMs - earlier) / tookMs };
    })
    .filter(({ share }) => share >= LEAST_BUSY / 2)
    .toSorted((a, b) => b.share - a.share)
    .slice(0, MOST_NAMES)
    .map(({ pid, name }) => `${shown(name)} (pid ${pid})`);
  return names.length === 0 ? "" : `, most of it by ${names.join(" and ")}`;
}

function steal(before: MachineLoad, after: MachineLoad, tookMs: number): readonly string[] {
  const share = since(before.stolenMs, after.stolenMs) / (tookMs * after.cores);
  return share < LEAST_STOLEN
    ? []
    : [
        `The host of this virtual machine took ${Math.round(100 * share)} % of the processor time (steal): the times are too long.`,
      ];
}

const since = (before: number | null, after: number | null): number => (after ?? 0) - (before ?? after ?? 0);

const LONGEST_NAME = 40;
const shown = (name: string): string => printable(name, LONGEST_NAME);
const digit = (value: number): string => String(Math.round(10 * value) / 10);
