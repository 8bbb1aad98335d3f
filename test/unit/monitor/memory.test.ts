/** What a monitor tells of the memory of one process. */
import { expect, test } from "bun:test";
import { emptyHistory, type History, type Remembered } from "../../../src/core/judge/history.ts";
import { memoryOf } from "../../../src/monitor/memory.ts";

test("what is remembered of one process is told by the clock on the wall; of another one, nothing", () => {
  const points = [10, 20].map((atMs) => ({ atMs, bytes: atMs * 2 }));
  // of all that is remembered, this alone is asked for
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const remembered = { memory: { last: null, bytesPerS: null, points } } as unknown as Remembered;
  const history: History = { ...emptyHistory, processes: new Map([["7:1", remembered]]) };
  const clock = { wallMs: () => 1_000_030, monotonicMs: () => 30 };
  expect(memoryOf(history, { pid: 7, startTicks: 1 }, clock)).toEqual([
    { atMs: 1_000_010, bytes: 20 },
    { atMs: 1_000_020, bytes: 40 },
  ]);
  expect(memoryOf(history, { pid: 7, startTicks: 2 }, clock)).toEqual([]);
});
