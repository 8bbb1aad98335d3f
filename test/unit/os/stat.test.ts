import { describe, expect, test } from "bun:test";
import { Field, newStat, parseStat, stateOf, statName } from "../../../src/os/linux/proc/stat.ts";

/** Captured from Linux 6.18, the name left open. */
const line = (name: string): string =>
  `4242 (${name}) S 17 4240 2539 34816 4240 1077936384 5131 99 3 7 123 45 1 2 20 0 6 0 270820 6713872384 ` +
  "10158 18446744073709551615 2097152 84170729 140724603453440 0 0 0 0 4096 1627391224 0 0 0 17 1 0 0 0 0 0 0 0 0 0\n";

const parse = (text: string): Float64Array | null => {
  const bytes = Buffer.from(text, "latin1");
  const stat = newStat();
  return parseStat(bytes, bytes.length, stat) ? stat : null;
};

const NAMES = [
  "bun",
  "",
  ")",
  "a) R 1 2 3",
  "((((((((((((((",
  "))))",
  "x\ny",
  "a b",
  "\x1b[31m",
  "\xff\xfe",
  "bun) Z 1",
];

describe("a stat line", () => {
  test.each(NAMES)("is read whatever the process calls itself: %p", (name) => {
    const stat = parse(line(name));
    expect(stat?.[Field.parent]).toBe(17);
    expect(stat?.[Field.group]).toBe(4240);
    expect(stat?.[Field.session]).toBe(2539);
    expect(stat?.[Field.terminal]).toBe(34816);
    expect(stat?.[Field.foregroundGroup]).toBe(4240);
    expect(stat?.[Field.minorFaults]).toBe(5131);
    expect(stat?.[Field.majorFaults]).toBe(3);
    expect(stat?.[Field.userTicks]).toBe(123);
    expect(stat?.[Field.systemTicks]).toBe(45);
    expect(stat?.[Field.threads]).toBe(6);
    expect(stat?.[Field.startTicks]).toBe(270820);
    expect(stat?.[Field.residentPages]).toBe(10158);
    expect(stat?.[Field.stackStart]).toBe(140724603453440);
    expect(stateOf(stat?.[Field.state] ?? 0)).toBe("sleeping");
  });

  test("gives the name as it is", () => {
    const bytes = Buffer.from(line("a) b"));
    expect(statName(bytes, bytes.length)).toBe("a) b");
  });

  test("without a terminal has foreground group -1", () => {
    expect(parse(line("bun").replace(" 34816 4240 ", " 0 -1 "))?.[Field.foregroundGroup]).toBe(-1);
  });

  test.each(["", "4242", "4242 (bun", "4242 (bun)", "4242 (bun) S", "4242 (bun) S 1 2", "(((", "\n\n\n"])(
    "cut short is none: %p",
    (text) => {
      expect(parse(text)).toBeNull();
    },
  );

  test("reads no further than its length, whatever an earlier reading left behind", () => {
    const bytes = Buffer.from(line("bun"));
    expect(parseStat(bytes, 12, newStat())).toBe(false);
  });
});

test.each([
  ["R", "running"],
  ["S", "sleeping"],
  ["D", "uninterruptible"],
  ["T", "stopped"],
  ["t", "stopped"],
  ["Z", "zombie"],
  ["X", "dead"],
  ["I", "idle"],
] as const)("state %s is %s", (letter, state) => {
  expect(stateOf(letter.charCodeAt(0))).toBe(state);
});
