import { describe, expect, test } from "bun:test";
import { parseArguments, type Parsed, parseBytes } from "../../../src/gate/wrapper/arguments.ts";
import { BUN_OPTIONS } from "../../../src/core/process/bun-options.ts";

const parse = (...argv: readonly string[]): Promise<Parsed> => parseArguments(argv);
const runs = (args: readonly string[], options: object = {}): Parsed => ({ kind: "run", options, args });

describe("what is ours, and what is Bun's", () => {
  test.each<[readonly string[], Parsed]>([
    [["run", "dev"], runs(["run", "dev"])],
    [["--", "run", "dev"], runs(["run", "dev"])],
    [["x", "tool", "--timeout", "5"], runs(["x", "tool", "--timeout", "5"])],
    [["--timeout", "5s", "test", "--timeout", "9"], runs(["test", "--timeout", "9"], { timeoutMs: 5_000 })],
    [["--timeout=5s", "--", "--hot", "x.ts"], runs(["--hot", "x.ts"], { timeoutMs: 5_000 })],
    [["--hot", "server.ts"], runs(["--hot", "server.ts"])],
    [["--hot", "--timeout", "5s"], runs(["--hot", "--timeout", "5s"])],
    [["--keep", "-e", "1"], runs(["-e", "1"], { keep: true })],
    [["--config=a.json", "--smol", "x.ts"], runs(["--smol", "x.ts"], { config: "a.json" })],
    [["-"], runs(["-"])],
    [["--wait", "x.ts"], runs(["x.ts"], { waitMs: null })],
    [["--wait=30s", "x.ts"], runs(["x.ts"], { waitMs: 30_000 })],
    [["--wait=0", "x.ts"], runs(["x.ts"], { waitMs: 0 })],
    [["--timeout", "0", "x.ts"], runs(["x.ts"], { timeoutMs: null })],
    [["--timeout=0s", "x.ts"], runs(["x.ts"], { timeoutMs: null })],
    [
      ["--memory", "1.5G", "--cpu=50%", "--grace", "0", "--name", "api", "--scope", "project", "x.ts"],
      runs(["x.ts"], {
        memoryBytes: 1.5 * 1_024 ** 3,
        cpuPercent: 50,
        graceMs: 0,
        name: "api",
        scope: "project",
      }),
    ],
    [["--json-report", "r.json", "--", "--json-report"], runs(["--json-report"], { jsonReport: "r.json" })],
    [["--help"], { kind: "help" }],
    [["--keep", "-h", "x.ts"], { kind: "help" }],
    [["--version"], { kind: "version" }],
    [["x.ts", "--help"], runs(["x.ts", "--help"])],
    [[], runs([])],
  ])("%j", async (argv, parsed) => {
    expect(await parse(...argv)).toEqual(parsed);
  });
});

test.each([
  [["--memroy", "1G", "x.ts"], "--memory"],
  [["--tiemout=1s", "x.ts"], "--timeout"],
  [["--watc", "x.ts"], "--watch"],
  [["--qqqq", "x.ts"], "neither of bun-wrapper nor of bun"],
  [["--timeout"], "needs a value"],
  [["--timeout", "soon", "x.ts"], '"soon" is not a duration'],
  [["--memory", "512", "x.ts"], '"512" is no amount of memory'],
  [["--memory", "-1G", "x.ts"], '"-1G" is no amount of memory'],
  [["--cpu", "0", "x.ts"], '"0" is no CPU limit'],
  [["--wait=later", "x.ts"], '"later" is not a duration'],
  [["--keep=yes", "x.ts"], "--keep"],
])("%j is refused with the next move", async (argv, says) => {
  expect(await parse(...argv).catch(String)).toContain(says);
});

test.each([
  ["512M", 512 * 1_024 ** 2],
  ["2g", 2 * 1_024 ** 3],
  ["800 MB", 800 * 1_024 ** 2],
  ["64KiB", 65_536],
])("%s of memory", (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

test("the list of Bun's options is that of its help", () => {
  const help = Bun.spawnSync([process.execPath, "--help"], { env: { ...process.env, NO_COLOR: "1" } });
  const shown = [...help.stdout.toString().matchAll(/^ +(?:(-\w), )?(--[\w.-]+)/gm)]
    .flatMap(([, short, long]) => [short, long])
    .filter((name) => name !== undefined);
  expect(shown.length).toBeGreaterThan(60);
  expect(shown.filter((name) => !BUN_OPTIONS.includes(name))).toEqual([]);
});
