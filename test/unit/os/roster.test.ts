import { describe, expect, test } from "bun:test";
import { Class, Roster } from "../../../src/os/linux/sample/roster.ts";

type Entry = readonly [pid: number, inode: number];

const pass = (roster: Roster, entries: readonly Entry[]): { added: number[]; vanished: number[] } => {
  roster.begin();
  for (const [pid, inode] of entries) roster.see(pid, inode);
  roster.finish();
  return { added: roster.added.map((at) => roster.now.pid[at] ?? -1), vanished: [...roster.vanished] };
};

const pidsOf = (roster: Roster): number[] => [...roster.now.pid.subarray(0, roster.now.length)];

describe("two passes", () => {
  const first: readonly Entry[] = [
    [1, 10],
    [5, 50],
    [9, 90],
  ];

  test.each([
    ["nothing new", first, [], []],
    [
      "one more in the middle",
      [
        [1, 10],
        [5, 50],
        [7, 70],
        [9, 90],
      ],
      [7],
      [],
    ],
    ["one more at the end", [...first, [12, 120]], [12], []],
    ["one more at the start", [[0, 3], ...first], [0], []],
    [
      "one less in the middle",
      [
        [1, 10],
        [9, 90],
      ],
      [],
      [5],
    ],
    [
      "one less at the end",
      [
        [1, 10],
        [5, 50],
      ],
      [],
      [9],
    ],
    ["none left", [], [], [1, 5, 9]],
    [
      "a pid used again",
      [
        [1, 10],
        [5, 51],
        [9, 90],
      ],
      [5],
      [5],
    ],
    [
      "all others",
      [
        [2, 20],
        [3, 30],
      ],
      [2, 3],
      [1, 5, 9],
    ],
    [
      "the last pid used again, and more",
      [
        [1, 10],
        [5, 50],
        [9, 91],
        [10, 1],
      ],
      [9, 10],
      [9],
    ],
  ] as const)("%s", (_, second, added, vanished) => {
    const roster = new Roster();
    pass(roster, first);
    expect(pass(roster, second as readonly Entry[])).toEqual({ added: [...added], vanished: [...vanished] });
    expect(pidsOf(roster)).toEqual((second as readonly Entry[]).map(([pid]) => pid));
  });

  test("what is known stays with its process, and with no other", () => {
    const roster = new Roster();
    pass(roster, first);
    const at = roster.indexOf(5);
    roster.now.class[at] = Class.bun;
    roster.now.parent[at] = 1;
    roster.now.bornMs[at] = 1234.5;
    pass(roster, [
      [1, 10],
      [3, 30],
      [5, 50],
      [9, 90],
    ]);
    const now = roster.indexOf(5);
    expect([roster.now.class[now], roster.now.parent[now], roster.now.bornMs[now]]).toEqual([
      Class.bun,
      1,
      1234.5,
    ]);
    expect(roster.now.class[roster.indexOf(3)]).toBe(Class.unknown);
    pass(roster, [[5, 51]]);
    expect([roster.now.class[0], roster.now.parent[0], roster.now.bornMs[0]]).toEqual([Class.unknown, 0, 0]);
  });
});

test("grows, and keeps what it knows", () => {
  const roster = new Roster();
  const many = Array.from({ length: 5000 }, (_, at): Entry => [at * 2 + 2, at + 1]);
  expect(pass(roster, many).added).toHaveLength(5000);
  roster.now.class[roster.indexOf(8000)] = Class.bun;
  expect(pass(roster, many)).toEqual({ added: [], vanished: [] });
  expect(roster.now.class[roster.indexOf(8000)]).toBe(Class.bun);
  expect(roster.indexOf(8001)).toBe(-1);
  expect(roster.indexOf(1)).toBe(-1);
  expect(roster.indexOf(20_000)).toBe(-1);
});

describe("a pass above a known pid", () => {
  const all: readonly Entry[] = [
    [1, 10],
    [5, 50],
    [9, 90],
    [12, 120],
  ];
  const passAbove = (roster: Roster, known: number, entries: readonly Entry[]) => {
    roster.begin(known);
    for (const [pid, inode] of entries) roster.see(pid, inode);
    roster.finish();
    return { added: roster.added.map((at) => roster.now.pid[at] ?? -1), vanished: [...roster.vanished] };
  };

  test.each([
    [
      5,
      [
        [9, 90],
        [12, 120],
        [13, 130],
      ],
      [13],
      [],
    ],
    [6, [[12, 120]], [], [9]],
    [
      5,
      [
        [9, 91],
        [12, 120],
      ],
      [9],
      [9],
    ],
    [12, [], [], []],
    [99, [[100, 1]], [100], []],
  ] as readonly [number, readonly Entry[], number[], number[]][])(
    "%j: what is not above it is taken over",
    (known, entries, added, vanished) => {
      const roster = new Roster();
      pass(roster, all);
      roster.now.class[roster.indexOf(5)] = Class.bun;
      roster.now.parent[roster.indexOf(5)] = 1;
      expect(passAbove(roster, known, entries)).toEqual({ added, vanished });
      expect(pidsOf(roster)).toEqual([
        ...all.map(([pid]) => pid).filter((pid) => pid <= known),
        ...entries.map(([pid]) => pid),
      ]);
      expect([roster.now.class[1], roster.now.parent[1]]).toEqual([Class.bun, 1]);
    },
  );

  test("a whole pass afterwards finds who has ended meanwhile", () => {
    const roster = new Roster();
    pass(roster, all);
    passAbove(roster, 9, [[12, 120]]);
    expect(
      pass(roster, [
        [1, 10],
        [9, 90],
        [12, 120],
      ]),
    ).toEqual({ added: [], vanished: [5] });
  });

  test("takes over more than the other buffer holds", () => {
    const roster = new Roster();
    const many = Array.from({ length: 3000 }, (_, at): Entry => [at + 1, at + 1]);
    pass(roster, many);
    expect(passAbove(roster, 2999, [[3000, 3000]])).toEqual({ added: [], vanished: [] });
    expect(pidsOf(roster)).toHaveLength(3000);
  });
});

/** The same walk over random lists as set arithmetic does it. */
test("agrees with set arithmetic on random passes", () => {
  const seed = Number(process.env["BUN_WATCHDOG_TEST_SEED"] ?? 1);
  let state = seed;
  const random = (below: number): number => (state = (state * 48271 + 11) % 2147483647) % below;
  const roster = new Roster();
  let before = new Map<number, number>();
  for (let round = 0; round < 200; round++) {
    const after = new Map<number, number>();
    for (let pid = 1; pid < 60; pid++) {
      const kept = before.get(pid);
      if (kept !== undefined && random(4) > 0) after.set(pid, kept);
      else if (random(3) === 0) after.set(pid, 1000 * (round + 1) + pid);
    }
    const changed = pass(roster, [...after]);
    const added = [...after].filter(([pid, inode]) => before.get(pid) !== inode).map(([pid]) => pid);
    const vanished = [...before].filter(([pid, inode]) => after.get(pid) !== inode).map(([pid]) => pid);
    expect({ seed, ...changed }).toEqual({ seed, added, vanished });
    before = after;
  }
});
