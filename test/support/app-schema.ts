/** Writes the published JSON Schema of bunctl.json from the table of keys: `bun test/support/app-schema.ts`. A test keeps the file current. */
import { APP_KEYS, appKeys, spellings } from "../../src/config/apps/keys/all.ts";
import { variables } from "../../src/config/apps/keys/program.ts";
import { APP_DEFAULTS, APP_EXAMPLES, INNER_SAYS } from "./app-values.ts";
import { schemaOf, type Schema } from "./json-schema.ts";
import { PM2_ONLY } from "../../src/config/apps/keys/pm2-only.ts";

export const APP_SCHEMA_FILE = new URL("../../config/bunctl.schema.json", import.meta.url);

const anyOf = (words: readonly string[]): string =>
  `^(?:${words.map((word) => RegExp.escape(word)).join("|")})$`;

/** One app. Editors offer each key once, by its own name; its other spellings are allowed and not offered. */
function app(): object {
  const properties = appKeys.map(([name, { kind, says }]) => [name, keySchema(name, says, kind.schema)]);
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

/** null is taken for every key of an app, and says nothing. Keys inside an object have no such value. */
function keySchema(path: string, says: string, schema: Schema): Schema {
  const inner = Object.entries(schemaOf(schema["properties"])).map(([key, each]) => {
    const at = `${path}.${key}`;
    return [key, keySchema(at, INNER_SAYS[at] ?? "", schemaOf(each))];
  });
  const { anyOf: forms, enum: words, type } = schema;
  return {
    description: says,
    ...schema,
    ...(type !== undefined && { type: [type, "null"].flat() }),
    ...(Array.isArray(words) && { enum: [...words, null] }),
    ...(Array.isArray(forms) && {
      anyOf: [...forms.map((form: unknown) => formSchema(path, schemaOf(form))), { type: "null" }],
    }),
    ...(inner.length > 0 && { properties: Object.fromEntries(inner) }),
    default: APP_DEFAULTS[path] ?? null,
    examples: APP_EXAMPLES[path] ?? words ?? [APP_DEFAULTS[path] !== true],
  };
}

/** One of several forms of a key: only the keys inside it have something to say. */
function formSchema(path: string, schema: Schema): Schema {
  if (!Array.isArray(schema["anyOf"]) && schema["properties"] === undefined) return schema;
  const { description: _, default: _standard, examples: _examples, ...form } = keySchema(path, "", schema);
  return { ...form, ...(schema["type"] !== undefined && { type: schema["type"] }) };
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
    // what editors that know comments and commas behind the last entry are told
    allowComments: true,
    allowTrailingCommas: true,
    title: "bunctl.json",
    description: "Apps that bunctl starts and keeps running.",
    type: "object",
    properties: {
      $schema: {
        type: "string",
        description: "For editors; ignored.",
        examples: ["./node_modules/bun-watchdog/config/bunctl.schema.json"],
      },
      apps: {
        description: "The apps of this file.",
        anyOf: [{ type: "array", items: one }, one],
        examples: [[{ name: "api", script: "src/server.ts", max_memory: "512M" }]],
      },
    },
    required: ["apps"],
    additionalProperties: false,
    definitions: { app: app() },
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

if (import.meta.main) await Bun.write(APP_SCHEMA_FILE, appJsonSchema());
