/** `setup` on every shape: twice, taken back, KILLed at every name that it gives or takes, and at every fullness of a small disk. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { scratchProject } from "../support/launch.ts";
import { withMount } from "../newcomer/disk.ts";
import type { Shape } from "../newcomer/setup-shapes.ts";
import { byteShapes } from "../newcomer/setup-byte-shapes.ts";
import { CALLS, NAMES, SetupTrial } from "./setup-trial.ts";

export interface SetupReport {
  readonly shapes: number;
  readonly kills: number;
  readonly disks: number;
  /** Runs that a disk had no room for. */
  readonly refused: number;
  readonly faults: readonly string[];
}

export const EVERYTHING = ["--ci", "github", "--shim", "--hook", "pre-push"] as const;

/** More than any of them needs. */
const ROOM = { pages: upTo(40), names: upTo(30) };
function upTo(end: number): readonly number[] {
  return Array.from({ length: end }, (_, free) => free);
}

/** The first shape at every call with all that setup has, the others at every name. */
export async function setupRounds(rounds: number): Promise<SetupReport> {
  const played = byteShapes.slice(0, rounds);
  const faults: string[] = [];
  let [kills, disks, refused] = [0, 0, 0];
  for (const [index, shape] of played.entries()) {
    using trial = await SetupTrial.of(shape, index === 0 ? EVERYTHING : [], tmpdir());
    await trial.killAtEach(index === 0 ? CALLS : NAMES);
    const full = await onDisk(shape, ROOM);
    kills += trial.kills;
    disks += full.disks;
    refused += full.refused;
    faults.push(...trial.faults, ...full.faults);
  }
  return { shapes: played.length, kills, disks, refused, faults };
}

/** A small file system with so many pages, or names, free: each of them in turn. */
export async function onDisk(
  shape: Shape,
  { pages, names }: Readonly<Record<"pages" | "names", readonly number[]>>,
): Promise<Pick<SetupReport, "disks" | "refused" | "faults">> {
  using disk = withMount(scratchProject(null), "disk", "size=4m,nr_inodes=2000,mode=755");
  const where = join(disk.directory, "disk");
  using trial = await SetupTrial.of(shape, EVERYTHING, where);
  for (const free of pages) await trial.withRoom(where, "pages", free);
  for (const free of names) await trial.withRoom(where, "names", free);
  return { disks: pages.length + names.length, refused: trial.refused, faults: [...trial.faults] };
}
