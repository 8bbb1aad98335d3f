import { describe, expect, test } from "bun:test";
import { Frontier, parseNewestPid } from "../../../src/os/linux/sample/frontier.ts";

const WHOLE = 0;

/** [time in s, the pid given last] per pass → what each pass takes for known. */
function known(...passes: readonly (readonly [atS: number, newestPid: number])[]): number[] {
  let newest = 0;
  const frontier = new Frontier(() => newest);
  return passes.map(([atS, pid]) => {
    newest = pid;
    return frontier.advance(atS * 1_000);
  });
}

describe("what a pass takes for known", () => {
  test("lags two passes behind: one to settle, one that saw it settled", () => {
    expect(known([0, 100], [10, 110], [20, 120], [30, 130], [40, 130])).toEqual([
      WHOLE,
      WHOLE,
      100,
      110,
      120,
    ]);
  });

  test("nothing within moments: a pid is given before its process shows", () => {
    expect(known([0, 100], [0.1, 110], [0.2, 120], [4, 130])).toEqual([WHOLE, WHOLE, WHOLE, WHOLE]);
  });

  test("nothing after the pids began again at the bottom, until that has settled too", () => {
    expect(known([0, 900], [10, 910], [20, 50], [30, 60], [40, 70])).toEqual([
      WHOLE,
      WHOLE,
      WHOLE,
      WHOLE,
      50,
    ]);
  });

  test("nothing while the newest pid cannot be read", () => {
    expect(known([0, -1], [10, -1], [20, -1], [30, -1])).toEqual([WHOLE, WHOLE, WHOLE, WHOLE]);
  });

  test("nothing on every eighth pass", () => {
    const passes = Array.from({ length: 17 }, (_, n) => [n * 10, 100 + n] as const);
    const whole = known(...passes).flatMap((pid, n) => (pid === WHOLE ? [n] : []));
    expect(whole).toEqual([0, 1, 8, 16]);
  });
});

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each([
  ["0.65 0.54 0.28 1/131 14692\n", 14_692],
  ["0.65 0.54 0.28 1/131 7", 7],
  ["", -1],
  ["0.65 \n", -1],
])("the newest pid of %j", (line, pid) => {
  expect(parseNewestPid(bytes(line), bytes(line).length)).toBe(pid);
});

test("an error's negative length is no pid", () => {
  expect(parseNewestPid(bytes("1\n"), -13)).toBe(-1);
});
