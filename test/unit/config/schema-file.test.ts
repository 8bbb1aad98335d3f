import { expect, test } from "bun:test";
import { DEFAULTS } from "../../../src/config/schema/defaults.ts";
import { PATTERN_FORM, patternProblem } from "../../../src/config/schema/pattern-problem.ts";
import { parseConfig } from "../../../src/config/syntax/parse.ts";
import { configJsonSchema, hasNoDefault, SCHEMA_FILE } from "../../support/config-schema.ts";
import { faultsOf, keysOf, schemaOf } from "../../support/json-schema.ts";

test("the published JSON Schema is the one the schema makes (bun test/support/config-schema.ts writes it)", async () => {
  expect(await Bun.file(SCHEMA_FILE).text()).toBe(configJsonSchema());
});

const root = schemaOf(JSON.parse(configJsonSchema()));
const keys = keysOf(root);

/** A file that says this at that path. */
const fileWith = (path: string, value: unknown): unknown => {
  const [first = "", ...rest] = path.split(".");
  if (path === "") return value;
  if (!first.endsWith("[]")) return { [first]: fileWith(rest.join("."), value) };
  const others =
    first === "rules[]"
      ? { name: "a", match: { command: "a" }, processTimeoutMs: null }
      : { name: "a", match: { command: "a" } };
  return { [first.slice(0, -2)]: [Object.assign(others, fileWith(rest.join("."), value))] };
};

const isAccepted = async (file: unknown): Promise<boolean> =>
  (await parseConfig(JSON.stringify(file), "a file")).ok && faultsOf(file, root, root).length === 0;

test("it has every key, and editors may complete a file with comments", () => {
  expect(root).toMatchObject({ allowComments: true, allowTrailingCommas: true });
  const top = keys.map(([path]) => path).filter((path) => !/[.[]/u.test(path));
  expect(top.toSorted()).toEqual(["$schema", ...Object.keys(DEFAULTS)].toSorted());
  expect(keys.length).toBeGreaterThan(70);
});

test.each(keys)("%s has a description, a default and examples, which are accepted", async (path, schema) => {
  const { description, examples } = schema;
  expect(description).toMatch(/^\S.*\S$/u);
  expect("default" in schema).toBe(!hasNoDefault(path));
  const values = [
    ...(Array.isArray(examples) ? examples : []),
    ...("default" in schema ? [schema["default"]] : []),
  ];
  expect(values.length).toBeGreaterThan(hasNoDefault(path) ? 0 : 1);
  for (const value of values) expect([value, await isAccepted(fileWith(path, value))]).toEqual([value, true]);
});

test.each([
  ["maintenance.daily", "every day"],
  ["maintenance.daily", "0 6 * *"],
  ["alerts.webhook", "hooks.example.com"],
  ["protect", ["an [open class"]],
  ["protect", ["a backslash \\"]],
  ["rules[].match.args", "an [open class"],
  ["logging.level", "loud"],
  ["killGraceMs", "5s"],
  ["maxMemoryUsageMB", "1G"],
])("what %s cannot be is seen while one types: %j", async (path, value) => {
  const file = fileWith(path, value);
  expect(faultsOf(file, root, root)).not.toEqual([]);
  expect((await parseConfig(JSON.stringify(file), "a file")).ok).toBe(false);
});

test.each(["(?<=a)b", "[]a]", "a\\[b", "[^\\]]+", "(a|b){2,3}", "\\d+\\.ts$", "[[]", "\n", "a/b"])(
  "the pattern for regular expressions takes %j",
  (expression) => {
    expect(patternProblem(expression)).toBeNull();
    expect(new RegExp(PATTERN_FORM, "u").test(expression)).toBe(true);
  },
);

test("the repository's own file is the seed's: five keys, the defaults", async () => {
  const own: unknown = await Bun.file(
    new URL("../../../.kiro/bun-process-config.json", import.meta.url),
  ).json();
  const {
    maxConcurrentProcesses,
    maxCpuUsagePercent,
    maxMemoryUsageMB,
    processTimeoutMs,
    monitoringIntervalMs,
  } = DEFAULTS;
  expect(own).toEqual({
    maxConcurrentProcesses,
    maxCpuUsagePercent,
    maxMemoryUsageMB,
    processTimeoutMs,
    monitoringIntervalMs,
  });
});
