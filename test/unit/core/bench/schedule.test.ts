/** In which order trials run, and how many runs of a command each of them makes. */
import { describe, expect, test } from "bun:test";
import { runsOfTrial, turnsOf } from "../../../../src/core/bench/schedule.ts";

const turns = (...benchmarks: readonly (readonly [group: string, trials: number])[]): string =>
  turnsOf(benchmarks.map(([group, trials]) => ({ group, trials })))
    .map(({ benchmark, trial }) => `${"ABCD"[benchmark]}${trial}`)
    .join(" ");

const runs = (wish: { runs: number | null; trials: number }, medianMs: number | null): unknown[] =>
  Array.from({ length: wish.trials }, (_, i) => runsOfTrial(wish, i, i === 0 ? null : medianMs));

describe("turns", () => {
  test("what is compared takes turns; groups do not", () => {
    expect(turns(["x", 3], ["x", 3])).toBe("A0 B0 A1 B1 A2 B2");
    expect(turns(["x", 2], ["y", 2], ["x", 2])).toBe("A0 C0 A1 C1 B0 B1");
    expect(turns(["x", 1], ["x", 3])).toBe("A0 B0 B1 B2");
    expect(turns(["x", 2])).toBe("A0 A1");
    expect(turns()).toBe("");
  });
});

describe("runs of each trial", () => {
  test.each([
    [{ runs: 10, trials: 5 }, null, [2, 2, 2, 2, 2]],
    [{ runs: 7, trials: 5 }, 50, [2, 2, 1, 1, 1]],
    [{ runs: 3, trials: 3 }, null, [1, 1, 1]],
    // one trial finds out itself
    [{ runs: null, trials: 1 }, null, [null]],
    // 10 runs are 3 s or more
    [{ runs: null, trials: 5 }, 1_000, [2, 2, 2, 2, 2]],
    // 30 runs of 100 ms
    [{ runs: null, trials: 5 }, 100, [2, 7, 7, 7, 7]],
    [{ runs: null, trials: 3 }, 1_000, [4, 3, 3]],
    [{ runs: null, trials: 20 }, 10_000, Array.from({ length: 20 }, () => 1)],
  ] as const)("%j, a run takes %p ms", (wish, medianMs, expected) => {
    expect(runs(wish, medianMs)).toEqual([...expected]);
  });
});
