/** Writes the published JSON Schema from the one schema: `bun test/support/config-schema.ts`. A test keeps the file current. */
import { toJsonSchema } from "@valibot/to-json-schema";
import { DEFAULTS } from "../../src/config/schema/defaults.ts";
import { fileSchema } from "../../src/config/schema/schema.ts";
import { descend } from "../../src/text/json.ts";
import { schemaOf, type Schema } from "./json-schema.ts";

export const SCHEMA_FILE = new URL("../../config/bun-process-config.schema.json", import.meta.url);

/** Keys of a rule and of what it matches: without the key, nothing is asked and nothing is changed. */
export const hasNoDefault = (path: string): boolean => path === "$schema" || path.includes("[].");

const RULE = {
  name: "the importer may run for an hour",
  match: { args: "^scripts/import" },
  processTimeoutMs: 3_600_000,
};
const MATCH = {
  kind: [["run", "hot"]],
  notKind: [["test"]],
  command: ["my-server"],
  args: ["^scripts/import"],
  cwd: ["services/queue", "~/tools"],
  name: ["^queue\\.ts$"],
};
const PROTECTION = { name: "the queue", match: { cwd: "services/queue", kind: ["run", "hot"] } };

const under = (path: string, examples: Readonly<Record<string, readonly unknown[]>>) =>
  Object.fromEntries(Object.entries(examples).map(([key, values]) => [`${path}.${key}`, values]));

/** By path; words and yes or no speak for themselves. */
const EXAMPLES: Readonly<Record<string, readonly unknown[]>> = {
  $schema: ["../node_modules/bun-watchdog/config/bun-process-config.schema.json"],
  maxConcurrentProcesses: [5, null],
  maxCpuUsagePercent: [150, null],
  maxMemoryUsageMB: [2_048, null],
  processTimeoutMs: [300_000, null],
  monitoringIntervalMs: [5_000],
  killGraceMs: [10_000],
  concurrencyMinAgeMs: [30_000],
  cpuHoldMs: [120_000],
  armTicks: [0],
  rules: [[RULE]],
  "rules[].name": [RULE.name],
  "rules[].match": [RULE.match],
  "rules[].maxConcurrentProcesses": [null],
  "rules[].maxCpuUsagePercent": [200, null],
  "rules[].maxMemoryUsageMB": [4_096, null],
  "rules[].processTimeoutMs": [3_600_000, null],
  "rules[].suspectOnly": [["maxMemoryUsageMB"]],
  ...under("rules[].match", MATCH),
  protect: [["my-server"], [PROTECTION]],
  "protect[].name": [PROTECTION.name],
  "protect[].match": [PROTECTION.match],
  ...under("protect[].match", MATCH),
  logging: [{ level: "debug", maxDays: 30 }],
  "logging.directory": [".kiro/logs", "~/logs"],
  "logging.maxDays": [30],
  breaker: [{ maxKillsPerMinute: 50 }],
  "breaker.maxKillsPerMinute": [50],
  history: [{ maxDays: 30 }],
  "history.maxDays": [30],
  maintenance: [{ daily: "0 3 * * *", monthly: null }],
  "maintenance.daily": ["0 3 * * *", null],
  "maintenance.weekly": ["0 4 * * 0", null],
  "maintenance.monthly": ["30 6 1 * *", null],
  alerts: [{ webhook: "https://hooks.example.com/services/T000", on: ["survivor"] }],
  "alerts.webhook": ["https://hooks.example.com/services/T000"],
  "alerts.command": [["notify-send", "bun-watchdog"]],
  "alerts.on": [["kill", "survivor"]],
  "alerts.maxPerHour": [10],
  gate: [{ maxSlots: 4, waitMs: 30_000 }],
  "gate.maxSlots": [4],
  "gate.maxDepth": [4],
  "gate.waitMs": [30_000, null],
  "gate.memoryMB": [2_048],
  dashboard: [{ enabled: true, port: 9_000 }],
  "dashboard.port": [9_000],
  "dashboard.socket": ["/run/user/1000/watchdog.sock"],
  enforceCompiled: ["orphans", false],
};

export function configJsonSchema(): string {
  // Checks that JSON Schema cannot say (a regular expression compiles, a rule changes something) are left out.
  const { $schema, ...schema } = toJsonSchema(fileSchema, { target: "draft-07", errorMode: "ignore" });
  // what editors that know comments and commas behind the last entry are told
  const root = {
    $schema,
    allowComments: true,
    allowTrailingCommas: true,
    ...explained(schemaOf(schema), ""),
  };
  return `${JSON.stringify(root, withoutOurs, 2)}\n`;
}

/** `allowed` is for our own messages; no keyword of JSON Schema. */
const withoutOurs = (key: string, value: unknown): unknown => (key === "allowed" ? undefined : value);

/** The same with a description, a default and examples for every key. */
function explained(schema: Schema, path: string): Schema {
  const { properties, anyOf, items } = schema;
  const keys = Object.entries(schemaOf(properties)).map(([key, each]) => {
    const at = path === "" ? key : `${path}.${key}`;
    return [key, keySchema(explained(schemaOf(each), at), at)];
  });
  return {
    ...schema,
    ...(properties !== undefined && { properties: Object.fromEntries(keys) }),
    ...(Array.isArray(anyOf) && { anyOf: anyOf.map((each: unknown) => explained(schemaOf(each), path)) }),
    ...(items !== undefined && { items: explained(schemaOf(items), `${path}[]`) }),
  };
}

function keySchema(property: Schema, path: string): Schema {
  // Editors show the description of the property, not of one of its alternatives.
  const [first] = Array.isArray(property["anyOf"]) ? property["anyOf"] : [];
  const { description }: Schema = schemaOf(first);
  const standard: unknown = hasNoDefault(path) ? undefined : descend(DEFAULTS, path.split("."));
  return {
    ...(description !== undefined && { description }),
    ...property,
    ...(standard !== undefined && { default: standard }),
    examples: EXAMPLES[path] ?? property["enum"] ?? [standard !== true],
  };
}

if (import.meta.main) await Bun.write(SCHEMA_FILE, configJsonSchema());
