/** What a gated start costs: beside bare Bun, timeout(1), GNU parallel's sem and the naive gate. */
import { join } from "node:path";
import { repository, scratchProject } from "../../test/support/launch.ts";
import { atMost, type Measurement, type MeasureOptions, type Section, type Table } from "../section.ts";
import {
  BARE,
  bun,
  installed,
  limited,
  NAIVE_GATE,
  placeIn,
  SLOTS,
  start,
  TIMEOUT,
  UNLIMITED,
  type Place,
  type Start,
  type Way,
} from "../support/gate-ways.ts";
import { scratchDirectory } from "../support/scratch.ts";
import { median, withRange } from "../support/statistics.ts";
import { digits, times } from "../support/units.ts";

/** Interleaved, so that a disturbance hits all of them. */
async function starts(
  ways: readonly Way[],
  place: Place,
  { smoke }: MeasureOptions,
): Promise<Map<Way, Start[]>> {
  const found = new Map<Way, Start[]>(ways.map((way) => [way, []]));
  const rounds = smoke ? 2 : 31;
  // the first one fills caches: the disk's, and the wrapper's of its settings
  for (const way of ways) await start(way, place);
  for (let round = 0; round < rounds; round++)
    for (const way of ways) found.get(way)?.push(await start(way, place));
  return found;
}

function startTable(found: ReadonlyMap<Way, readonly Start[]>, added: (way: Way) => number): Table {
  return {
    caption: "From the start to the end of a Bun that does nothing",
    columns: ["started by", "wall, ms", "added ÷ bare", "CPU, ms"],
    rows: [...found].map(([way, all]) => [
      way.name,
      withRange(
        all.map(({ wallMs }) => wallMs),
        digits,
      ),
      times(added(way)),
      withRange(
        all.map(({ cpuMs }) => cpuMs),
        digits,
      ),
    ]),
    notes: [
      `Median (least–most) of ${found.get(BARE)?.length ?? 0} interleaved runs; "installed" takes the file that npm run build makes.`,
    ],
  };
}

function section(ours: Way, found: ReadonlyMap<Way, readonly Start[]>): Section {
  const wall = (way: Way): number => median((found.get(way) ?? []).map(({ wallMs }) => wallMs));
  const added = (way: Way): number => (wall(way) - wall(BARE)) / wall(BARE);
  return {
    title: "Gate",
    tables: [startTable(found, added)],
    bars: [atMost("a gated start, added wall time ÷ bare Bun's", 4, added(ours), times)],
  };
}

export const gate: Measurement = async (options) => {
  if (Bun.which("sem") === null) throw new Error("sem is not installed (npm run test:deps installs it)");
  using project = scratchProject(UNLIMITED);
  using scratch = scratchDirectory();
  const ours = installed(scratch.path);
  const found = await starts(
    [
      BARE,
      TIMEOUT,
      NAIVE_GATE,
      { name: "sem --fg (GNU parallel)", argv: ["sem", "--fg", "-j", SLOTS, bun] },
      ours,
      limited(ours),
      { name: "bun-wrapper, in a checkout", argv: [join(repository, "scripts/bun-wrapper.ts")] },
    ],
    placeIn(project),
    options,
  );
  return section(ours, found);
};
