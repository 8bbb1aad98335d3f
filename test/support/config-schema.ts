/** Writes the published JSON Schema from the one schema: `bun test/support/config-schema.ts`. A test keeps the file current. */
import { toJsonSchema } from "@valibot/to-json-schema";
import { DEFAULTS } from "../../src/config/schema/defaults.ts";
import { fileSchema } from "../../src/config/schema/schema.ts";
import { isRecord } from "../../src/text/json.ts";

export const SCHEMA_FILE = new URL("../../config/bun-process-config.schema.json", import.meta.url);

const EXAMPLES: Readonly<Record<string, readonly unknown[]>> = {
  processTimeoutMs: [300_000, null],
  rules: [
    [
      {
        name: "the importer may run for an hour",
        match: { args: "^scripts/import" },
        processTimeoutMs: 3_600_000,
      },
    ],
  ],
  protect: [["my-server"], [{ name: "the queue", match: { cwd: "services/queue", kind: ["run", "hot"] } }]],
  logging: [{ level: "debug", maxDays: 30 }],
};

export function configJsonSchema(): string {
  // Checks that JSON Schema cannot say (a regular expression compiles, a rule changes something) are left out.
  const schema = toJsonSchema(fileSchema, { target: "draft-07", errorMode: "ignore" });
  const properties = Object.entries(schema.properties ?? {}).map(([key, property]) => [
    key,
    isRecord(property) ? withDefaults(key, property) : property,
  ]);
  const whole = { ...schema, properties: Object.fromEntries(properties) };
  return `${JSON.stringify(whole, withoutOurs, 2)}\n`;
}

/** `allowed` is for our own messages; no keyword of JSON Schema. */
const withoutOurs = (key: string, value: unknown): unknown => (key === "allowed" ? undefined : value);

function withDefaults(key: string, property: Readonly<Record<string, unknown>>): unknown {
  const standard: unknown = Object.entries(DEFAULTS).find(([each]) => each === key)?.[1];
  const examples = EXAMPLES[key];
  // Editors show the description of the property, not of one of its alternatives.
  const [first] = Array.isArray(property["anyOf"]) ? property["anyOf"] : [];
  const description: unknown = isRecord(first) ? first["description"] : undefined;
  return {
    ...(description === undefined ? {} : { description }),
    ...property,
    ...(standard === undefined ? {} : { default: standard }),
    ...(examples === undefined ? {} : { examples }),
  };
}

if (import.meta.main) await Bun.write(SCHEMA_FILE, configJsonSchema());
