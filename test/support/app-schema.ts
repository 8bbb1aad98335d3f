/** Writes the published JSON Schema of bunctl.json from the table of keys: `bun test/support/app-schema.ts`. A test keeps the file current. */
import { APP_KEYS, appKeys, spellings } from "../../src/config/apps/keys/all.ts";
import { variables } from "../../src/config/apps/keys/program.ts";
import { PM2_ONLY } from "../../src/config/apps/keys/pm2-only.ts";

export const APP_SCHEMA_FILE = new URL("../../config/bunctl.schema.json", import.meta.url);

const EXAMPLES: Readonly<Record<string, readonly unknown[]>> = {
  name: ["api"],
  command: ["bun run src/server.ts"],
  env: [{ PORT: "3000", NODE_ENV: "production" }],
  max_memory: ["512M", 536_870_912],
  max_cpu_percent: [50],
  ready: [{ port: 3_000 }, { http: "http://localhost:3000/health", timeout: "30s" }],
  cron_restart: ["0 3 * * *"],
};

const anyOf = (words: readonly string[]): string =>
  `^(?:${words.map((word) => RegExp.escape(word)).join("|")})$`;

/** One app. Editors offer each key once, by its own name; its other spellings are allowed and not offered. */
function app(): object {
  const properties = appKeys.map(([name, { kind, says }]) => [
    name,
    {
      description: says,
      ...kind.schema,
      ...(EXAMPLES[name] === undefined ? {} : { examples: EXAMPLES[name] }),
    },
  ]);
  const others = appKeys.flatMap(([name, key]) => {
    const also = spellings(name, key).filter((spelling) => spelling !== name);
    return also.length === 0 ? [] : [[plain(anyOf(also)), { $ref: `#/definitions/app/properties/${name}` }]];
  });
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    patternProperties: {
      ...Object.fromEntries(others),
      "^env_(?!file$)\\S+$": { description: "Variables that --env chooses, above env.", ...variables.schema },
      [plain(anyOf(Object.keys(PM2_ONLY)))]: {
        description: "PM2 has this key, bunctl has not: it is told of, and passed over.",
      },
    },
    additionalProperties: false,
    anyOf: (["script", "command"] as const).flatMap((name) =>
      spellings(name, APP_KEYS[name]).map((spelling) => ({ required: [spelling] })),
    ),
  };
}

/** RegExp.escape writes the first letter of a word as a number. */
const plain = (pattern: string): string =>
  pattern.replace(/\\x(?<code>[0-9a-f]{2})/gu, (_all, code: string) =>
    String.fromCodePoint(Number.parseInt(code, 16)),
  );

export function appJsonSchema(): string {
  const one = { $ref: "#/definitions/app" };
  const schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "bunctl.json",
    description: "Apps that bunctl starts and keeps running.",
    type: "object",
    properties: {
      $schema: { type: "string" },
      apps: { description: "The apps of this file.", anyOf: [{ type: "array", items: one }, one] },
    },
    required: ["apps"],
    additionalProperties: false,
    definitions: { app: app() },
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

if (import.meta.main) await Bun.write(APP_SCHEMA_FILE, appJsonSchema());
