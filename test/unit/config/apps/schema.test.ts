import { expect, test } from "bun:test";
import { appKeys, keyNamed, spellings } from "../../../../src/config/apps/keys/all.ts";
import { PM2_ONLY } from "../../../../src/config/apps/keys/pm2-only.ts";
import { Refusal } from "../../../../src/config/apps/kind.ts";
import { APP_SCHEMA_FILE, appJsonSchema } from "../../../support/app-schema.ts";
import { faultsOf, keysOf, schemaOf } from "../../../support/json-schema.ts";
import { scratch } from "../scratch.ts";
import { load } from "./loading.ts";

interface Schema {
  readonly definitions: {
    readonly app: {
      readonly properties: Readonly<
        Record<string, { readonly description?: string; readonly examples?: readonly unknown[] }>
      >;
      readonly patternProperties: Readonly<Record<string, unknown>>;
    };
  };
}

const schema: Schema = JSON.parse(appJsonSchema());
const { app } = schema.definitions;

test("the published JSON Schema is the one the keys make (bun test/support/app-schema.ts writes it)", async () => {
  expect(await Bun.file(APP_SCHEMA_FILE).text()).toBe(appJsonSchema());
});

test("it describes every key, takes every spelling, and its examples are read", () => {
  for (const [name, key] of appKeys) {
    const { description, examples = [] } = app.properties[name] ?? {};
    expect([name, description]).toEqual([name, key.says]);
    for (const example of examples)
      expect([name, key.kind.read(example) instanceof Refusal]).toEqual([name, false]);
    for (const spelling of spellings(name, key)) {
      const isKnown =
        spelling === name ||
        Object.keys(app.patternProperties).some((pattern) => new RegExp(pattern, "u").test(spelling));
      expect([spelling, isKnown]).toEqual([spelling, true]);
    }
  }
});

const root = schemaOf(JSON.parse(appJsonSchema()));
const inApp = (key: string, value: unknown): unknown => ({
  apps: { ...(key === "command" ? {} : { script: "server.ts" }), [key]: value },
});
const isValid = (key: string, value: unknown): boolean =>
  faultsOf(inApp(key, value), root, root).length === 0;

test("editors may complete a file with comments", () => {
  expect(root).toMatchObject({ allowComments: true, allowTrailingCommas: true });
});

const keys = keysOf(schemaOf(schemaOf(root["definitions"])["app"]), root);

test.each(keys)("%s has a description, a default and examples, which are accepted", (path, found) => {
  const { description, examples } = found;
  expect(description).toMatch(/^\S.*\S$/u);
  expect(found).toHaveProperty("default");
  const [key = "", inner] = path.split(".");
  for (const value of [found["default"], ...(Array.isArray(examples) ? examples : [])]) {
    const given = inner === undefined ? value : { [inner]: value };
    expect([value, isValid(key, given)]).toEqual([value, true]);
    const kind = appKeys.find(([name]) => name === key)?.[1].kind;
    expect([value, value === null || !(kind?.read(given) instanceof Refusal)]).toEqual([value, true]);
  }
});

test.each(keys.filter(([path]) => !path.includes(".")))(
  "%s: an app that says the default is the app that says nothing",
  async (key, found) => {
    using files = scratch({ "server.ts": "", ".env": "A=1" });
    const appSaying = async (declared: object) => {
      files.write("ecosystem.config.json", { apps: [declared] });
      const { identity: _, reading: _reading, ...spec } = (await load(files)).apps[0] ?? {};
      return spec;
    };
    const said: unknown = found["default"];
    const program = key === "script" ? { command: "sleep 5" } : { script: "server.ts" };
    expect(await appSaying({ ...program, [key]: said })).toEqual(await appSaying(program));
  },
);

test.each([
  ["min_uptime", "10 seconds"],
  ["max_memory", "half a gigabyte"],
  ["cron_restart", "every day"],
  ["ready", { log: "an [open class" }],
  ["ready", { timeout: "soon" }],
  ["log_max_size", "10X"],
  ["kill_signal", "SIGSEGV"],
])("what %s cannot be is seen while one types: %j", (key, value) => {
  expect(isValid(key, value)).toBe(false);
  const kind = appKeys.find(([name]) => name === key)?.[1].kind;
  expect(kind?.read(value)).toBeInstanceOf(Refusal);
});

test("no spelling means two keys, and none of PM2's own is one of ours", () => {
  const all = appKeys.flatMap(([name, key]) => spellings(name, key));
  expect(new Set(all).size).toBe(all.length);
  expect(Object.keys(PM2_ONLY).filter((name) => keyNamed(name) !== null)).toEqual([]);
});

/** Of lib/API/schema.json of PM2 7.0.4, and of its documentation of ecosystem files. */
const OF_PM2 =
  "script exec name name_prefix filter_env namespace install_url cwd args exec_interpreter interpreter node_args " +
  "interpreterArgs interpreter_args out_file out output out_log error_file error err err_file err_log log_file log " +
  "disable_logs log_type log_date_format time env max_memory_restart pid_file pid restart_delay " +
  "exp_backoff_restart_delay source_map_support disable_source_map_support wait_ready instances kill_timeout " +
  "shutdown_with_message listen_timeout cron_restart cron merge_logs combine_logs vizion autorestart watch_delay watch " +
  "ignore_watch watch_options min_uptime max_restarts execute_command exec_mode force append_env_to_name post_update " +
  "trace disable_trace v8 event_loop_inspector deep_monitoring increment_var instance_var pmx automation treekill port " +
  "username uid user gid windowsHide kill_retry_time write io stop_exit_codes env_file kill_signal autostart cmd command";

test.each(OF_PM2.split(" "))("PM2's %s is known", (name) => {
  expect(keyNamed(name) ?? (name in PM2_ONLY ? "told of" : null)).not.toBeNull();
});
