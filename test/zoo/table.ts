/** The zoo: every row of the table that needs no gate (Z30, a git hook that re-enters itself, needs it). */
import type { Row } from "./row.ts";
import { cpuRows } from "./rows-cpu.ts";
import { jobRows } from "./rows-job.ts";
import { killRows } from "./rows-kill.ts";
import { memoryRows } from "./rows-memory.ts";
import { treeRows } from "./rows-tree.ts";

export const table: readonly Row[] = [
  ...cpuRows,
  ...killRows,
  ...treeRows,
  ...jobRows,
  ...memoryRows,
].toSorted((a, b) => a.id.localeCompare(b.id));

/** Rows that this package cannot play yet, and why. */
export const notPlayed: readonly { readonly id: string; readonly because: string }[] = [
  { id: "Z30", because: "a git hook that re-enters itself is refused by the gate, which does not exist yet" },
];
