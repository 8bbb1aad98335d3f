/** The expression of a suggested rule finds the command it was made from, as the rule looks at it, and no other. */
import { describe, expect, test } from "bun:test";
import { parseConfig } from "../../../../src/config/syntax/parse.ts";
import { commandLine } from "../../../../src/text/mask.ts";
import { commandPattern } from "../../../../src/history/report/advice/tight.ts";
import { quantile, roundDurationMs, roundMebibytes } from "../../../../src/history/report/advice/general.ts";

const ARGVS: readonly (readonly string[])[] = [
  ["bun", "test"],
  ["/usr/lib/node_modules/bun/bin/bun.exe", "run", "build"],
  ["/opt/my tools/bun", "x.ts"],
  ["bun", "test", "src/a(1)[2].test.ts", "--filter", "^a+b*$|c{2}"],
  ["bun", "x.ts", "--token", "hunter2secret", "--port", "1"],
  ["bun", "x.ts", "API_KEY=hunter2 secret", "last"],
  ["bun", "-e", "console.log(1)\nconsole.log(2)\t\u001B[31m\u202E"],
  ["bun", "x.ts", String.raw`a\nb\x41`],
  ["bun", "größe.ts", "犬", "\uD800"],
  ["bun", "x.ts", "y".repeat(1_000)],
  ["bun", "x.ts", ".".repeat(1_000)],
  ["bun", "x.ts", "\u0001".repeat(300), "end"],
  ["bun", "x.ts", "…"],
];

describe("commandPattern", () => {
  test.each(ARGVS.map((argv) => [argv]))("%j", async (argv) => {
    const command = commandLine(argv);
    const pattern = commandPattern(command);
    // as core/judge/match.ts looks, and as report looks again later
    expect(new RegExp(pattern).test(argv.join(" "))).toBe(true);
    expect(new RegExp(pattern).test(command)).toBe(true);
    const rule = { name: "own", match: { command: pattern }, processTimeoutMs: 60_000 };
    const read = await parseConfig(JSON.stringify({ rules: [rule] }), "suggestion");
    expect(read).toMatchObject({ ok: true });
  });

  test.each([
    ["bun test", "bun test src/a.test.ts"],
    ["bun test src/a.test.ts", "bun test src/axtest.ts"],
    ["bun run dev", "notbun run dev"],
  ])("of %j does not find %j", (command, other) =>
    expect(new RegExp(commandPattern(command)).test(other)).toBe(false),
  );

  test("another machine has Bun elsewhere", () =>
    expect(new RegExp(commandPattern("/usr/bin/bun test")).test("/opt/bun/bin/bun test")).toBe(true));
});

describe("rounding", () => {
  test.each([
    [1, 60_000],
    [60_000, 60_000],
    [60_001, 120_000],
    [450_000, 600_000],
    [43_200_001, 86_400_000],
    [3 * 86_400_000, 3 * 86_400_000],
  ])("%d ms is %d ms", (ms, rounded) => expect(roundDurationMs(ms)).toBe(rounded));

  test.each([
    [3, 3],
    [340, 384],
    [1_024, 1_024],
    [1_025, 1_280],
    [5_000, 5_120],
  ])("%d MB are %d MB", (mb, rounded) => expect(roundMebibytes(mb)).toBe(rounded));

  test.each([
    [[], 0.95, null],
    [[7], 0.95, 7],
    [[1, 2, 3, 4], 0.5, 2],
    [[1, 2, 3, 4], 1, 4],
    [[1, 2, 3, 4], 0, 1],
  ])("quantile of %j at %d is %p", (values, share, found) => expect(quantile(values, share)).toBe(found));
});
