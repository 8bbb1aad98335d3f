/** The rows of the page's table: order, filter, tree. */
import { describe, expect, test } from "bun:test";
import { FIRST_WISH, tableRows, type TableWish } from "../../../../src/http/page/model/table.ts";
import { worldOf } from "../../../support/browser/world.ts";

const status = worldOf({ startMs: 1_800_000_000_000 })(30);
const pids = (wish: Partial<TableWish>): readonly number[] =>
  tableRows(status, { ...FIRST_WISH, ...wish }).map(({ process }) => process.pid);

const ORDERS: readonly (readonly [wish: Partial<TableWish>, first: readonly number[]])[] = [
  [{}, [48_211, 47_951]],
  [{ reversed: true }, [31_007]],
  [{ by: "cpu" }, [48_211]],
  [{ by: "memory" }, [47_951, 31_007]],
  [{ by: "age" }, [39_001, 39_002, 40_118]],
  [{ by: "pid" }, [31_007, 39_001]],
  [{ by: "pid", reversed: true }, [48_310, 48_302]],
  [{ by: "command" }, [47_934, 39_001, 39_002]],
];

test.each(ORDERS)("sorted as %j", (wish, first) => {
  expect(pids(wish).slice(0, first.length)).toEqual([...first]);
});

const FILTERS: readonly (readonly [wish: Partial<TableWish>, found: readonly number[]])[] = [
  [{ filter: "THUMBNAILS" }, [47_951]],
  [{ filter: "test cart" }, [48_310, 48_302]],
  [{ filter: "48211" }, [48_211]],
  [{ filter: "/srv/api managed" }, [39_001, 39_002]],
  [{ filter: "nothing of that kind" }, []],
  [{ only: "over" }, [48_211, 47_951]],
  [{ only: "over", filter: "leak" }, [47_951]],
];

test.each(FILTERS)("filtered as %j", (wish, found) => {
  expect(new Set(pids(wish))).toEqual(new Set(found));
});

describe("as a tree", () => {
  test("whole jobs, children below their parents, the worst job first", () => {
    const rows = tableRows(status, { ...FIRST_WISH, tree: true });
    const shown = rows.map(({ process, depth }) => `${"  ".repeat(depth)}${process.pid}`);
    expect(shown.slice(0, 6)).toEqual(["48211", "47930", "  47934", "    47951", "48302", "  48310"]);
    expect(rows.length).toBe(status.processes.length);
  });

  test("of a job that is found by one of its processes, all are shown", () => {
    expect(pids({ tree: true, filter: "thumbnails" })).toEqual([47_930, 47_934, 47_951]);
  });

  test("who is their own parent, or parent of each other, is lost in no circle", () => {
    const [first, second] = status.processes;
    if (first === undefined || second === undefined) throw new Error("the world is empty");
    const circle = {
      ...status,
      processes: [
        { ...first, ppid: second.pid, job: "j" },
        { ...second, ppid: first.pid, job: "j" },
      ],
    };
    expect(tableRows(circle, { ...FIRST_WISH, tree: true }).length).toBe(2);
  });
});
