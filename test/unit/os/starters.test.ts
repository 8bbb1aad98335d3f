/** Who can have started an orphan without a sign: each starter by the moment at which its first process began. */
import { expect, test } from "bun:test";
import {
  onlyStarter,
  starterBegins,
  starterEnds,
  type Starter,
} from "../../../src/os/linux/contain/starters.ts";

const starterOf = (sinceTicks: number | null): Starter => ({ sinceTicks });

test.each<[name: string, ended: readonly (number | null)[], running: readonly number[], only: number | null]>(
  [
    ["nobody", [], [], null],
    ["the only one that runs", [], [10], 10],
    ["of two that run nobody", [], [10, 20], null],
    ["who began later is none", [], [10, 200], 10],
    ["the only one that has ended", [10], [], 10],
    ["who has ended, and nobody that runs", [10], [20], null],
    ["of many that have ended nobody", [30, 20, 10, 40, 50], [], null],
    ["the oldest one of many that have ended later", [200, 300, 10, 400], [], 10],
    ["the one that runs, of many that have ended later", [200, 300, 400], [10], 10],
    ["who has ended without a process is none", [null, null, null, 10], [], 10],
  ],
)("%s", (_, ended, running, only) => {
  const [past, now] = [ended.map(starterOf), running.map(starterOf)];
  for (const starter of [...past, ...now]) starterBegins(starter);
  for (const starter of past) starterEnds(starter, true);
  expect(onlyStarter(100)?.sinceTicks ?? null).toBe(only);
  for (const starter of now) starterEnds(starter, false);
  if (now.length === 0) starterEnds(starterOf(null), false);
  expect(onlyStarter(1_000)).toBeNull();
});
