import { describe, expect, test } from "bun:test";
import { parseEnvFile } from "../../../../src/config/apps/variables.ts";
import { scratch } from "../scratch.ts";
import { load, problemsOf } from "./loading.ts";

const SHELL = { PATH: process.env["PATH"] ?? "", HOME: "/h", SECRET_A: "1", MY_SECRET_B: "2", PORT: "1" };

interface Row {
  readonly what: string;
  readonly app: object;
  readonly environment?: string;
  readonly env: Readonly<Record<string, string>>;
  /** Of the shell's, without PATH. */
  readonly shell?: readonly string[];
}

const ALL = ["HOME", "SECRET_A", "MY_SECRET_B", "PORT"];

const ROWS: readonly Row[] = [
  { what: "none", app: {}, env: {}, shell: ALL },
  {
    what: "what is no text becomes one, as in PM2",
    app: { env: { A: 3000, B: true, C: { d: [1] }, E: "", F: 0.5 } },
    env: { A: "3000", B: "true", C: '{"d":[1]}', E: "", F: "0.5" },
  },
  { what: "null takes a variable away", app: { env: { A: null, HOME: null } }, env: {}, shell: ALL.slice(1) },
  {
    what: "--env chooses",
    app: { env: { A: "1", B: "1" }, env_production: { B: "2", C: "2" }, env_staging: { C: "3" } },
    environment: "production",
    env: { A: "1", B: "2", C: "2" },
  },
  { what: "without --env", app: { env: { A: "1" }, env_production: { B: "2" } }, env: { A: "1" } },
  { what: "port", app: { port: 8080, env: { PORT: 1 } }, env: { PORT: "8080" } },
  {
    what: "an environment stands above port",
    app: { port: 8080, env_x: { PORT: 9 } },
    environment: "x",
    env: { PORT: "9" },
  },
  {
    what: "files stand below env, the later above the earlier",
    app: { env_file: ["one.env", "two.env"], env: { C: "own" } },
    env: { A: "1", B: "two", C: "own" },
  },
  { what: "one file", app: { envFile: "one.env" }, env: { A: "1", B: "one", C: "one" } },
  { what: "nothing of the shell", app: { filter_env: true }, env: {}, shell: [] },
  { what: "all of the shell", app: { filter_env: false }, env: {}, shell: ALL },
  { what: "a list", app: { filter_env: ["SECRET_", "PORT"] }, env: {}, shell: ["HOME"] },
  { what: "a text", app: { filter_env: "SECRET_" }, env: {}, shell: ["HOME", "PORT"] },
  { what: "an empty text", app: { filter_env: [""] }, env: {}, shell: ALL },
  {
    what: "names that objects have",
    app: { env: JSON.parse('{"__proto__":"x","constructor":"y"}') },
    env: JSON.parse('{"__proto__":"x","constructor":"y"}'),
  },
];

describe("variables", () => {
  for (const { what, app, environment, env, shell } of ROWS)
    test(what, async () => {
      using files = scratch({
        "one.env": "A=1\nB=one\nC=one\n",
        "two.env": "B=two",
        "ecosystem.config.json": { apps: [{ script: "true", ...app }] },
      });
      const { apps } = await load(files, { env: SHELL, environment: environment ?? null });
      expect(Object.entries(apps[0]?.env ?? {})).toEqual(Object.entries(env));
      if (shell !== undefined)
        expect(Object.keys(apps[0]?.shellEnv ?? {}).filter((name) => name !== "PATH")).toEqual([...shell]);
    });
});

test("the environment's name is added to the app's where that is asked for", async () => {
  using files = scratch({
    "bunctl.json": { apps: [{ name: "api", command: "true", append_env_to_name: true, env_x: {} }] },
  });
  expect((await load(files, { environment: "x" })).apps[0]?.name).toBe("api-x");
  expect((await load(files)).apps[0]?.name).toBe("api");
  const { warnings } = await load(files, { environment: "y" });
  expect(warnings).toMatchObject([{ message: "has no env_y: env alone holds" }]);
});

test("a file of variables that is not there is an error", async () => {
  using files = scratch({ "bunctl.json": { apps: [{ command: "true", env_file: ".env.none" }] } });
  expect(await problemsOf(files)).toMatchObject([
    { code: "not-found", key: "apps[0].env_file", message: expect.stringContaining(files.path(".env.none")) },
  ]);
});

test("what is kept for the person's own Bun is given back to the app", async () => {
  using files = scratch({ "bunctl.json": { apps: [{ command: "true" }] } });
  const { apps } = await load(files, { env: { ...SHELL, BUN_WATCHDOG_KEPT_BUN_OPTIONS: "--smol" } });
  expect(apps[0]?.shellEnv).toMatchObject({ BUN_OPTIONS: "--smol" });
  expect(apps[0]?.shellEnv).not.toHaveProperty("BUN_WATCHDOG_KEPT_BUN_OPTIONS");
});

test.each<[text: string, values: Record<string, string>]>([
  ["A=1\nB = two words \n\n# no\nexport C=3", { A: "1", B: "two words", C: "3" }],
  ['A=\'a # b\' # c\nB="x\\ny\\"" \nC=`z`', { A: "a # b", B: 'x\ny"', C: "z" }],
  ["A=x # note\nB=x#y\nC=#z", { A: "x", B: "x#y", C: "" }],
  ['A="one\ntwo"\nB=$A ${A}', { A: "one\ntwo", B: "$A ${A}" }],
  ["\uFEFFA=1\r\nB=2\r\n", { A: "1", B: "2" }],
  ["not a line\n=x\n1", {}],
  ["A=a=b\nA=c", { A: "c" }],
])("a file of variables: %j", (text, values) => {
  expect({ ...parseEnvFile(text) }).toEqual(values);
});
