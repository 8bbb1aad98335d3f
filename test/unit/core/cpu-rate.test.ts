import { expect, test } from "bun:test";
import { cpuRate } from "../../../src/core/judge/cpu-rate.ts";
import type { CpuMemory } from "../../../src/core/judge/history.ts";
import { aProcess } from "../../support/build.ts";

/** A spinner that others keep from its core: it wants all of it, and gets a tenth. */
const starved = (before: CpuMemory | undefined, atMs: number, readAtMs: number): CpuMemory =>
  cpuRate(
    before,
    aProcess({ pid: 10, cpuMs: atMs / 10, demandNs: readAtMs * 1e6, demandAtMs: readAtMs }),
    atMs,
  );

test("demand has its own time: it may be read long after the rest of a sample, and not equally long", () => {
  const first = starved(undefined, 1_000, 1_600);
  expect(starved(first, 2_000, 2_010)).toMatchObject({ percent: 10, demandPercent: 100 });
});

test("two readings that came too close together: what was known stays", () => {
  const known = starved(starved(undefined, 1_000, 1_000), 2_000, 2_700);
  expect(starved(known, 2_800, 2_810)).toMatchObject({ percent: 10, demandPercent: 100, demandAtMs: 2_700 });
});
