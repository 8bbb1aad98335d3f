/** `setup` on every shape: twice, taken back, KILLed at every name that it gives or takes, and at every fullness of a small disk. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scratchProject } from "../support/launch.ts";
import { withMount } from "../newcomer/disk.ts";
import type { Shape } from "../newcomer/setup-shapes.ts";
import { byteShapes } from "../newcomer/setup-byte-shapes.ts";
import { CALLS, NAMES, type Room, SetupTrial, type Wishes } from "./setup-trial.ts";

export interface SetupReport {
  readonly shapes: number;
  readonly kills: number;
  readonly disks: number;
  /** Runs that a disk had no room for. */
  readonly refused: number;
  readonly faults: readonly string[];
}

export const EVERYTHING: Wishes = { ci: "github", shim: true, hook: "pre-push" };

const MOST_FREE = 60;

/** The first shape at every call with all that setup has, the others at every name. */
export async function setupRounds(rounds: number): Promise<SetupReport> {
  const played = byteShapes.slice(0, rounds);
  const faults: string[] = [];
  let [kills, disks, refused] = [0, 0, 0];
  for (const [index, shape] of played.entries()) {
    using trial = await SetupTrial.of(shape, index === 0 ? EVERYTHING : {}, tmpdir());
    await trial.killAtEach(index === 0 ? CALLS : NAMES);
    const full = await onDisk(shape);
    kills += trial.kills;
    disks += full.disks;
    refused += full.refused;
    faults.push(...trial.faults, ...full.faults);
  }
  return { shapes: played.length, kills, disks, refused, faults };
}

/** A small file system with so many pages, or names, free: those that are named, or each number until all of it fits. */
export async function onDisk(
  shape: Shape,
  rooms: Partial<Readonly<Record<Room, readonly number[]>>> = {},
): Promise<Pick<SetupReport, "disks" | "refused" | "faults">> {
  using disk = withMount(scratchProject(null), "disk", "size=4m,nr_inodes=2000,mode=755");
  const where = join(disk.directory, "disk");
  using trial = await SetupTrial.of(shape, EVERYTHING, where);
  let disks = 0;
  for (const of of ["pages", "names"] as const) {
    const numbers = rooms[of] ?? Array.from({ length: MOST_FREE }, (_, free) => free);
    for (const free of numbers) {
      disks += 1;
      const refused = trial.withRoom(where, of, free);
      if (refused === 0 && rooms[of] === undefined) break;
    }
  }
  return { disks, refused: trial.refused, faults: [...trial.faults] };
}
