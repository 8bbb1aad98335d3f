import { describe, expect, test } from "bun:test";
import { parseConfig } from "../../../src/config/syntax/parse.ts";
import { type Problem, headline } from "../../../src/config/schema/problem.ts";

const problems = async (
  input: string | Uint8Array,
  format: "json" | "yaml" = "json",
): Promise<readonly Problem[]> => {
  const result = await parseConfig(input, "c.json", { format });
  return result.ok ? [] : result.problems;
};

const lines = async (...args: Parameters<typeof problems>): Promise<string[]> =>
  (await problems(...args)).map(headline);

/** One mistake each: the text, the whole message, and the key that was meant (if one is guessed). */
const JSON_CASES: readonly (readonly [text: string, message: string, nearest?: string])[] = [
  ['{"maxCpuUsagePercent":"80%"}', 'c.json:1:23: maxCpuUsagePercent: "80%" is not a number'],
  ['{"maxConcurrentProcesses":0}', "c.json:1:27: maxConcurrentProcesses: 0 must be at least 1"],
  ['{"maxConcurrentProcesses":2.5}', "c.json:1:27: maxConcurrentProcesses: 2.5 must be a whole number"],
  ['{"maxMemoryUsageMB":-5}', "c.json:1:21: maxMemoryUsageMB: -5 must be at least 1"],
  ['{"maxMemoryUsageMB":1e999}', "c.json:1:21: maxMemoryUsageMB: Infinity must be a whole number"],
  ['{"maxCpuUsagePercent":1e999}', "c.json:1:23: maxCpuUsagePercent: Infinity must be finite"],
  ['{"monitoringIntervalMs":0}', "c.json:1:25: monitoringIntervalMs: 0 must be at least 50"],
  ['{"monitoringIntervalMs":null}', "c.json:1:25: monitoringIntervalMs: null is not a number"],
  ['{"monitoringIntervalMs":9e9}', "c.json:1:25: monitoringIntervalMs: 9000000000 must be at most 86400000"],
  [
    '{"processTimoutMs":1}',
    "c.json:1:2: processTimoutMs: is not a key that is known here",
    "processTimeoutMs",
  ],
  ['{"timeoutMs":1}', "c.json:1:2: timeoutMs: is not a key that is known here", "processTimeoutMs"],
  [
    '{"max_cpu_usage_percent":1}',
    "c.json:1:2: max_cpu_usage_percent: is not a key that is known here",
    "maxCpuUsagePercent",
  ],
  ['{"level":"info"}', "c.json:1:2: level: is not a key that is known here", "logging.level"],
  ['{"weather":"fine"}', "c.json:1:2: weather: is not a key that is known here"],
  ['{"dashboard":{"port":80}}', "c.json:1:22: dashboard.port: 80 must be at least 1024"],
  ['{"dashboard":{"host":"0.0.0.0"}}', "c.json:1:15: dashboard.host: is not a key that is known here"],
  ['{"__proto__":{}}', "c.json:1:2: __proto__: is not a key that is known here"],
  ['{"a\\u001b[31m":1}', 'c.json:1:2: "a\\u001b[31m": is not a key that is known here'],
  ['{"mode":"kill"}', 'c.json:1:9: mode: "kill" is not one of the words that are known here'],
  ['{"defaultRules":"yes"}', 'c.json:1:17: defaultRules: "yes" is neither true nor false'],
  ['{"logging":[]}', "c.json:1:12: logging: is a list, not an object"],
  ['{"rules":{}}', "c.json:1:10: rules: { 0 keys } is not a list"],
  [
    '{"rules":[{"match":{"kind":["run"]},"processTimeoutMs":null}]}',
    "c.json:1:11: rules[0].name: is missing",
  ],
  [
    '{"rules":[{"name":"a","match":{"command":"("},"processTimeoutMs":null}]}',
    'c.json:1:42: rules[0].match.command: "(" is not a regular expression: missing )',
  ],
  [
    '{"rules":[{"name":"a","match":{"cmd":"x"},"processTimeoutMs":null}]}',
    "c.json:1:32: rules[0].match.cmd: is not a key that is known here",
    "command",
  ],
  [
    '{"rules":[{"name":"a","match":{"name":"x"},"maxConcurrentProcesses":5}]}',
    "c.json:1:69: rules[0].maxConcurrentProcesses: 5 is not null",
  ],
  [
    '{"rules":[{"name":"a","match":{"name":"x"}}]}',
    "c.json:1:11: rules[0]: { 2 keys } changes nothing: give it one of maxConcurrentProcesses, maxCpuUsagePercent, maxMemoryUsageMB, processTimeoutMs, suspectOnly",
  ],
  ['{"protect":[3]}', "c.json:1:13: protect[0]: 3 is neither a text nor an object"],
  [
    '{"protect":[""]}',
    'c.json:1:13: protect[0]: "" must not be empty: an empty expression matches everything',
  ],
  [
    '{"protect":[{"name":"q","match":{"listening":1}}]}',
    "c.json:1:46: protect[0].match.listening: 1 is neither true nor false",
  ],
  ['{"armTicks":1,\n "armTicks":2}', "c.json:2:2: armTicks: is given twice, first in line 1"],
  ['{"armTicks":1', "c.json:1:14: a closing } is missing"],
  ['{"armTicks" 1}', "c.json:1:13: a colon is expected here"],
  ["{armTicks: 1}", "c.json:1:2: is not a value: words go in double quotes, except true, false and null"],
  ["", "c.json:1:1: is empty"],
  ["[]", "c.json:1:1: is a list, not an object"],
  ["null", "c.json:1:1: null is not an object"],
  ["[".repeat(100_000), "c.json:1:33: is nested more than 32 levels deep"],
];

describe("one mistake, one message", () => {
  for (const [text, message, guess] of JSON_CASES) {
    test(text.slice(0, 70) || "(empty)", async () => {
      const found = await problems(text);
      expect(found.map(headline)).toEqual([message]);
      expect(found[0]?.nearest ?? undefined).toBe(guess);
    });
  }
});

test("all mistakes at once, in the order of the text", async () => {
  const text = '{\n  "maxCpu": 1, // short\n  "armTicks": -1,\n  "rules": [{"name": "", "match": {}}, 5]\n}';
  expect(await lines(text)).toEqual([
    "c.json:2:3: maxCpu: is not a key that is known here",
    "c.json:3:15: armTicks: -1 must be at least 0",
    "c.json:4:13: rules[0]: { 2 keys } changes nothing: give it one of maxConcurrentProcesses, maxCpuUsagePercent, maxMemoryUsageMB, processTimeoutMs, suspectOnly",
    'c.json:4:22: rules[0].name: "" must not be empty',
    "c.json:4:35: rules[0].match: { 0 keys } must state at least one condition: an empty match would mean every job",
    "c.json:4:40: rules[1]: 5 is not an object",
  ]);
});

/** As large as a file may be. Each of them took minutes while every mistake was looked up in the text. */
test.each([
  ["unknown keys", `{${Array.from({ length: 20_000 }, (_, at) => `"k${at}":1`).join(",")}}`, 50],
  ["one key again and again", `{${'"a":1,'.repeat(40_000)}}`, 10],
  ["what is no JSON", "x ".repeat(120_000), 1],
  ["comments that never end", "/*".repeat(120_000), 1],
  ["rules that are none", `{"rules":[${'{"name":1,"x":1},'.repeat(15_000)}]}`, 101],
])("of %s only as many are reported as anybody reads", async (_name, text, most) => {
  const found = await problems(text);
  expect(found.length).toBeGreaterThan(0);
  expect(found.length).toBeLessThanOrEqual(most);
});

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Uint8Array.from(part))));

test("bytes that are no UTF-8 are refused with their place; a byte order mark is not", async () => {
  expect(await lines(bytes('{\n"mode":"', [0xff], '"}'))).toEqual([
    "c.json:2:9: byte 0xff at offset 10 is not UTF-8",
  ]);
  expect(await lines(bytes("{}", [0xe2, 0x82]))).toEqual(["c.json:1:3: byte 0xe2 at offset 2 is not UTF-8"]);
  expect(await lines(bytes([0xff, 0xfe], "{\0}\0"))).toEqual([
    "c.json:1:1: is UTF-16 (PowerShell's > and older editors write it)",
  ]);
  expect(await lines(bytes([0xef, 0xbb, 0xbf], "{}"))).toEqual([]);
});

test("YAML has the same messages, with its own places", async () => {
  expect(
    await lines("# mine\nmaxConcurrentProcesses: three\nrules:\n  - name: a\n    match: {cmd: x}\n", "yaml"),
  ).toEqual([
    'c.json:2:25: maxConcurrentProcesses: "three" is not a number',
    "c.json:5:13: rules[0].match.cmd: is not a key that is known here",
  ]);
  expect(await lines("armTicks: 1\narmTicks: 2\n", "yaml")).toEqual(["c.json:2:1: armTicks: is given twice"]);
  expect(await lines("rules:\n", "yaml")).toEqual(["c.json:1:7: rules: null is not a list"]);
  expect(await lines("armTicks: 1\n", "yaml")).toEqual([]);
});
