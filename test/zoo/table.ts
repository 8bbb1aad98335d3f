/** The zoo: every row of the table that needs no gate (Z30, a git hook that re-enters itself, needs it). */
import { backendName } from "../../src/os/select.ts";
import type { Row } from "./row.ts";
import { cpuRows } from "./rows-cpu.ts";
import { jobRows } from "./rows-job.ts";
import { killRows } from "./rows-kill.ts";
import { memoryRows } from "./rows-memory.ts";
import { treeRows } from "./rows-tree.ts";

const rows: readonly Row[] = [...cpuRows, ...killRows, ...treeRows, ...jobRows, ...memoryRows].toSorted(
  (a, b) => a.id.localeCompare(b.id),
);

/** As stated for the backend in use (BUN_WATCHDOG_BACKEND). */
export const table: readonly Row[] =
  backendName() === "portable" ? rows.map((row) => ({ ...row, ...row.portable })) : rows;

/** What the portable backend cannot do, and why. */
export const otherwise: readonly { readonly id: string; readonly because: string }[] = rows.flatMap(
  ({ id, portable }) => (portable === undefined ? [] : [{ id, because: portable.because }]),
);

/** Rows that this package cannot play yet, and why. */
export const notPlayed: readonly { readonly id: string; readonly because: string }[] = [
  {
    id: "Z30",
    because: "a git hook that re-enters itself is refused by the gate (test/gate/admission.test.ts)",
  },
];
