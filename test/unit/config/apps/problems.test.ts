/** What is wrong with a file is said with its place, the value, what is allowed, and the next move. Nothing is passed over in silence. */
import { describe, expect, test } from "bun:test";
import { APP_KEYS } from "../../../../src/config/apps/keys/all.ts";
import { PM2_ONLY } from "../../../../src/config/apps/keys/pm2-only.ts";
import { type Scratch, scratch } from "../scratch.ts";
import { load, problemsOf } from "./loading.ts";

const runs = { name: "a", command: "true" };

const strict = (app: unknown): Scratch => scratch({ ".git/x": "", "bunctl.json": { apps: [app] } });

test.each<[key: keyof typeof APP_KEYS, values: readonly unknown[], message: RegExp]>([
  ["name", ["", " ", "a\nb", "x".repeat(101), true, {}], /empty|control|101|not a text/],
  ["script", ["", 5, ["a"], "a\0b"], /empty|not a text|NUL/],
  ["args", [5, true, {}, [{}], [null]], /neither a text nor a list|not a text/],
  ["instances", ["x", 1.5, 5_000, true, "-"], /not a number|whole|more than/],
  ["exec_mode", ["clustered", 1], /not one of the words/],
  ["autorestart", ["false", 0, "yes"], /neither true nor false/],
  ["restart_policy", ["On-Failure", true], /not one of the words/],
  ["stop_exit_codes", ["x", 256, -1, [0, "y"], {}, true], /not a number|more than 255|less than 0/],
  ["min_uptime", ["soon", "1y", -5, true, {}], /not a duration/],
  ["kill_timeout", ["1.2.3s", [], "99999999h"], /not a duration|more than/],
  ["max_restarts", [-1, "many"], /less than 0|not a number/],
  ["max_memory", ["lots", "1X", 512, "200", -1, true, "512 M M"], /not a size|bytes: less/],
  ["max_cpu_percent", [0, -5, "half", 1e9], /less than 1|not a number|more than/],
  ["max_threads", [0, 1], /less than 2/],
  [
    "limits",
    [[], 5, { memry: 1 }, { memory: "x" }, { threads: 1 }],
    /not an object|not a key|not a size|less than 2/,
  ],
  ["backoff", ["1s", { first: "x" }], /not an object|not a duration/],
  ["kill_signal", ["SIGFOO", 9, "SIGSTOP"], /not one of the words/],
  ["ready", [0, 70_000, "soon", { http: "x" }, { log: "(" }, { port: "x" }], /not|less|more/],
  ["watch", [5, {}, [{}]], /neither a text nor a list|not a text/],
  [
    "cron_restart",
    ["every day", "* * *", 5, true, "61 * * * *", "99 * * * * *", "0 0 30 2 *"],
    /not a cron expression|not a text|never comes/,
  ],
  ["env", ["A=1", [], 5, { "A=B": 1 }, { "": 1 }, { A: "a\0" }], /not an object|no name of a variable|NUL/],
  ["filter_env", [5, {}], /neither a text nor a list/],
  ["increment_var", ["1A", "A B", 5], /no name of a variable/],
  ["port", [-1, 70_000, "http"], /less than 0|more than 65535|not a number/],
  ["out_file", [5, {}], /neither true nor false|not a text/],
  ["log_date_format", [5, true], /not a text/],
  ["log_max_size", [10, "x"], /bytes: less|not a size/],
  ["umask", [22, "999", "rwx"], /not a umask/],
  ["drop_capabilities", [5, ["NET RAW"], {}], /neither|no name/],
  ["no_new_privileges", ["true"], /neither true nor false/],
  ["uid", [-1, {}, "no-such-account"], /less than 0|not a text|no account/],
  ["depends_on", [5, ["a"], ["b"]], /neither|in a circle|no such app/],
])("%s", async (key, values, message) => {
  for (const value of values) {
    using files = strict({ ...runs, [key]: value });
    const problems = await problemsOf(files);
    expect([value, problems.length]).toEqual([value, 1]);
    expect(problems[0]).toMatchObject({
      source: files.path("bunctl.json"),
      key: expect.stringMatching(new RegExp(`^apps\\[0\\]\\.${key}`)),
      message: expect.stringMatching(message),
      at: expect.objectContaining({ line: 1 }),
    });
    expect(problems[0]?.allowed ?? "").not.toBe("");
  }
});

test("all that is wrong is said at once, where it stands", async () => {
  using files = scratch({
    "bunctl.json": `{
  "apps": [
    { "name": "a", "command": "true", "instances": "many" },
    { "name": "b", "command": "true", "max_memry": "1G" },
    5
  ]
}`,
  });
  const problems = await problemsOf(files);
  expect(problems.map(({ at, key }) => [at?.line, key])).toEqual([
    [3, "apps[0].instances"],
    [4, "apps[1].max_memry"],
    [5, "apps[2]"],
  ]);
  expect(problems[1]?.nearest).toBe("max_memory");
});

test("values of variables are not repeated in messages", async () => {
  using files = strict({ ...runs, env: { TOKEN: "hunter2\0" } });
  const [problem] = await problemsOf(files);
  expect(JSON.stringify(problem?.message)).not.toContain("hunter2");
});

describe("keys that nobody knows", () => {
  test.each<[key: string, near: string | null]>([
    ["instence", "instances"],
    ["maxMemoryRestrt", "max_memory_restart"],
    ["error_files", "error_file"],
    ["interpeter", "interpreter"],
    ["xyzzy", null],
  ])("%s", async (key, near) => {
    using ours = strict({ ...runs, [key]: 1 });
    expect(await problemsOf(ours)).toMatchObject([
      { code: "unknown-key", key: `apps[0].${key}`, nearest: near },
    ]);
    // PM2 takes any key: a file that was written for it still starts
    using theirs = scratch({ "ecosystem.config.json": { apps: [{ ...runs, [key]: 1 }] } });
    const { warnings } = await load(theirs);
    expect(warnings).toMatchObject([{ code: "unknown-key", key: `apps[0].${key}`, nearest: near }]);
  });
});

describe("keys that only PM2 has are named, with what to do instead", () => {
  test.each(Object.entries(PM2_ONLY).filter(([key]) => key !== "deploy" && key !== "static"))(
    "%s",
    async (key, { instead }) => {
      for (const spelling of new Set([
        key,
        key.replace(/_(.)/gu, (_all, letter: string) => letter.toUpperCase()),
      ])) {
        using files = strict({ ...runs, [spelling]: true });
        const { apps, warnings } = await load(files);
        expect(apps).toHaveLength(1);
        expect(warnings).toMatchObject([
          { code: "passed-over", key: `apps[0].${spelling}`, allowed: instead },
        ]);
      }
    },
  );
});

test("what many apps say alike is told once", async () => {
  const same = { command: "true", vizion: false, instence: 1 };
  const apps = [
    { name: "a", ...same },
    { name: "b", ...same },
    { name: "c", ...same },
  ];
  using files = scratch({ "ecosystem.config.json": { apps } });
  const { warnings } = await load(files);
  expect(warnings.map(({ key }) => key)).toEqual(["apps[0].vizion", "apps[0].instence"]);
});

test.each<[what: string, app: object, key: string, message: string]>([
  ["two ways", { script: "true", command: "true" }, "command", "script says what is run"],
  [
    "two spellings",
    { ...runs, out_file: "a", output: "b" },
    "output",
    "out_file and output are the same key",
  ],
  ["policy", { ...runs, restart_policy: "no", autorestart: true }, "autorestart", "restart_policy holds"],
  [
    "glob",
    { ...runs, watch: true, ignore_watch: ["[\\/\\\\]\\."] },
    "ignore_watch",
    "looks like a regular expression",
  ],
  ["cwd", { ...runs, cwd: "/no/such/folder" }, "cwd", "/no/such/folder is no folder yet"],
  ["name", { ...runs, name: "all" }, "name", "selects something else"],
  ["number", { ...runs, name: "3" }, "name", "selects something else"],
  [
    "interpreter",
    { ...runs, script: undefined, command: "true x", interpreter: "node" },
    "interpreter",
    "a command is executed itself",
  ],
])("what cannot hold is said: %s", async (_what, app, key, message) => {
  using files = strict(app);
  const { warnings } = await load(files);
  expect(warnings).toMatchObject([{ key: `apps[0].${key}`, message: expect.stringContaining(message) }]);
});

test("the key's own name stands above its other spellings, wherever it stands", async () => {
  for (const app of [
    { out: "b", out_file: "a" },
    { out_file: "a", out: "b" },
  ]) {
    using files = strict({ ...runs, ...app });
    expect((await load(files)).apps[0]?.logs.out).toBe(files.path("a"));
  }
});

test("null is not said, as in PM2", async () => {
  const nothing = Object.fromEntries(Object.keys(APP_KEYS).map((key) => [key, null]));
  using files = strict({ ...nothing, ...runs });
  expect((await load(files)).warnings).toEqual([]);
});

describe("where apps stand in a file", () => {
  test.each<[name: string, content: unknown, names: readonly string[]]>([
    ["bunctl.json", { $schema: "x", apps: [runs] }, ["a"]],
    ["bunctl.json", [runs, { ...runs, name: "b" }], ["a", "b"]],
    ["bunctl.json", { apps: runs }, ["a"]],
    ["bunctl.json", runs, ["a"]],
    ["bunctl.json", { apps: [] }, []],
    ["package.json", { name: "p", bunctl: runs }, ["a"]],
    ["package.json", { name: "p", bunctl: [runs] }, ["a"]],
    [
      "ecosystem.config.yaml",
      "apps:\n  - name: a\n    command: 'true'\n  - { name: b, script: 'true' }\n",
      ["a", "b"],
    ],
    ["ecosystem.config.yml", "name: a\nscript: 'true'\n", ["a"]],
    ["ecosystem.config.json", '\uFEFF{ // comment\n "apps": [{ "name": "a", "script": "true", },], }', ["a"]],
  ])("%s %j", async (name, content, names) => {
    using files = scratch({ ".git/x": "", [name]: content });
    const { apps, warnings } = await load(files);
    expect(apps.map((app) => app.name)).toEqual([...names]);
    expect(warnings).toEqual([]);
  });

  test.each<[name: string, content: unknown, key: string, message: string]>([
    ["bunctl.json", {}, "", "declares no app"],
    ["bunctl.json", { app: [] }, "", "declares no app"],
    ["bunctl.json", 5, "", "not an object"],
    ["bunctl.json", { apps: "x" }, "apps", "not an object"],
    ["bunctl.json", { apps: [null] }, "apps[0]", "not an object"],
    ["bunctl.json", { apps: [runs, runs] }, "apps[1].name", "the name of another app"],
    ["bunctl.json", { apps: [runs], instances: 2 }, "instances", "beside apps"],
    ["ecosystem.config.json", { deploy: { production: {} } }, "deploy", "declares no app"],
    ["package.json", { bunctl: {} }, "bunctl", "declares no app"],
    ["bunctl.json", "{ apps", "", "double quotes"],
    ["bunctl.json", "", "", "is empty"],
  ])("%s %j is refused", async (name, content, key, message) => {
    using files = scratch({ ".git/x": "", [name]: content });
    const problems = await problemsOf(files);
    expect(problems).toContainEqual(
      expect.objectContaining({ key, message: expect.stringContaining(message) }),
    );
  });

  test("a package.json that is named and declares nothing says so", async () => {
    using files = scratch({ "package.json": { name: "p" } });
    expect(await problemsOf(files, { file: "package.json" })).toMatchObject([
      { message: "has no key bunctl: it declares no app", allowed: expect.stringContaining('"bunctl"') },
    ]);
  });

  test("hosts to deploy to are told, and passed over", async () => {
    using files = scratch({ "ecosystem.config.json": { apps: [runs], deploy: { production: {} } } });
    const { apps, warnings } = await load(files);
    expect(apps).toHaveLength(1);
    expect(warnings).toMatchObject([{ key: "deploy", allowed: PM2_ONLY["deploy"]?.instead }]);
  });
});

test("apps that wait for one another are refused", async () => {
  const apps = [
    { name: "a", command: "true", depends_on: "b" },
    { name: "b", command: "true", depends_on: ["a"] },
    { name: "c", command: "true" },
  ];
  using files = scratch({ "bunctl.json": { apps } });
  expect(await problemsOf(files)).toMatchObject([
    { key: "apps[0].depends_on", message: expect.stringContaining("a → b → a") },
    { key: "apps[1].depends_on", message: expect.stringContaining("b → a → b") },
  ]);
});

test("options of the command line stand above the file, however it spells them", async () => {
  using files = strict({ ...runs, max_memory_restart: "1G", maxRestarts: 3 });
  const { apps, warnings } = await load(files, { overrides: { max_memory: "2G" } });
  expect(apps[0]).toMatchObject({ limits: { memoryBytes: 2_147_483_648 }, restart: { budget: 3 } });
  expect(warnings).toEqual([]);
});
