/** What is executed for an app: nothing but the program and its arguments, found where the person's shell finds it. */
import { describe, expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { dirname } from "node:path";
import { type Scratch, scratch } from "../scratch.ts";
import { load, problemsOf } from "./loading.ts";

/** Programs of the PATH; what begins with ELF's magic bytes is a binary, the others are texts. */
const BINARIES = ["bun", "node", "bash", "python3", "ruby", "server-binary"];
const TEXTS = ["npm", "next"];

function machine(): Scratch {
  const files = scratch({
    "server.ts": "",
    "server.js": "",
    "view.tsx": "",
    "module.mjs": "",
    "job.py": "",
    "job.sh": "",
    "job.rb": "",
    "my app.js": "",
    "folder/package.json": { main: "./start.js" },
    "folder/start.js": "",
    "module/package.json": { main: "lib", module: "" },
    "module/lib/index.mjs": "",
    "plain/index.ts": "",
    "empty/readme": "",
    "bin/www": "#!/usr/bin/env node\n",
    "run/own": "#!/bin/sh\n",
    "run/locked": "#!/bin/sh\n",
    "run/elf": "\u007fELF",
    ...Object.fromEntries(BINARIES.map((name) => [`path/${name}`, "\u007fELF"])),
    ...Object.fromEntries(TEXTS.map((name) => [`path/${name}`, "#!/usr/bin/env node\n"])),
  });
  for (const name of [...BINARIES, ...TEXTS]) chmodSync(files.path(`path/${name}`), 0o755);
  for (const name of ["run/own", "run/elf"]) chmodSync(files.path(name), 0o755);
  return files;
}

/** As it stands in the table: `path/x` is P:x, other files are F:x. */
const shown = ({ root }: Scratch, word: string): string =>
  word.startsWith(`${root}/path/`)
    ? `P:${word.slice(root.length + 6)}`
    : word.startsWith(`${root}/`)
      ? `F:${word.slice(root.length + 1)}`
      : word;

type Row = readonly [app: Readonly<Record<string, unknown>>, argv: string, script?: string | null];

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  "a script": [
    [{ script: "server.ts" }, "P:bun F:server.ts", "server.ts"],
    [{ script: "./server.js" }, "P:bun F:server.js", "server.js"],
    [{ script: "view.tsx" }, "P:bun F:view.tsx"],
    [{ exec: "module.mjs" }, "P:bun F:module.mjs"],
    [{ script: "my app.js" }, "P:bun F:my app.js", "my app.js"],
    [{ script: "job.py" }, "P:python3 F:job.py", "job.py"],
    [{ script: "job.sh" }, "P:bash F:job.sh"],
    [{ script: "job.rb" }, "P:ruby F:job.rb"],
    [{ script: "bin/www" }, "P:bun F:bin/www"],
    [{ script: "run/own" }, "F:run/own", "run/own"],
    [{ script: "run/elf", args: "-v" }, "F:run/elf -v"],
    [{ script: "www", cwd: "bin" }, "P:bun F:bin/www", "bin/www"],
  ],
  "a folder": [
    [{ script: "./folder" }, "P:bun F:folder/start.js", "folder/start.js"],
    [{ script: "module/" }, "P:bun F:module/lib/index.mjs"],
    [{ script: ".", cwd: "plain" }, "P:bun F:plain/index.ts"],
  ],
  "an interpreter": [
    [{ script: "server.ts", interpreter: "bun" }, "P:bun F:server.ts"],
    [{ script: "server.js", interpreter: "node" }, "P:node F:server.js"],
    [{ script: "server.js", exec_interpreter: "node" }, "P:node F:server.js"],
    [{ script: "job.sh", interpreter: "./path/bash" }, "P:bash F:job.sh"],
    [{ script: "run/own", interpreter: "none" }, "F:run/own"],
    [{ script: "server.ts", interpreter_args: "--smol --port 3" }, "P:bun --smol --port 3 F:server.ts"],
    [{ script: "server.js", interpreter: "node", node_args: ["--a", "b c"] }, "P:node --a b c F:server.js"],
    [{ script: "server.ts", interpreterArgs: "run", args: ["--x", 3] }, "P:bun run F:server.ts --x 3"],
  ],
  "a command": [
    [{ command: "bun run server.ts" }, "P:bun run server.ts", "server.ts"],
    [{ command: "bun run start" }, "P:bun run start", null],
    [{ cmd: "node server.js --port '3 0'" }, "P:node server.js --port 3 0", "server.js"],
    [{ command: "./run/own -a", args: ["b"] }, "F:run/own -a b", null],
    [{ script: "bun run start" }, "P:bun run start", null],
    [{ script: "bun", args: "run start", interpreter: "none" }, "P:bun run start", null],
    [{ script: "bun", args: ["server.ts"] }, "P:bun server.ts", "server.ts"],
    [{ script: "npm", args: "start" }, "P:npm start", null],
    [{ script: "npm", args: "run start", interpreter: "bun" }, "P:bun P:npm run start"],
    [{ script: "server-binary", interpreter: "none" }, "P:server-binary"],
    [{ script: "server-binary", interpreter: "bun" }, "P:server-binary"],
  ],
};

describe.each(Object.entries(ROWS))("%s", (_what, rows) => {
  for (const [app, argv, script] of rows)
    test(`${JSON.stringify(app)} → ${argv}`, async () => {
      using files = machine();
      files.write("ecosystem.config.json", { apps: [app] });
      const { apps } = await load(files, { env: { PATH: files.path("path") } });
      expect(apps[0]?.argv.map((word) => shown(files, word)).join(" ")).toBe(argv);
      if (script !== undefined) expect(apps[0]?.script).toBe(script === null ? null : files.path(script));
    });
});

test.each<[app: object, key: string, message: string, next: string]>([
  [{ name: "x" }, "", "is missing", "script or command"],
  [{ script: "./nowhere.ts" }, "script", "does not exist", "starts at cwd"],
  [{ script: "./server" }, "script", "does not exist", "did you mean ./server.ts?"],
  [{ script: "nothing" }, "script", "no program on PATH is called so", "cwd"],
  [{ script: "empty" }, "script", "is a folder without an entry", "index.ts"],
  [{ script: "run/locked" }, "script", "may not be executed", "chmod +x"],
  [{ script: "run/locked", interpreter: "none" }, "script", "may not be executed", "chmod +x"],
  [
    { script: "server.js", interpreter: "deno" },
    "interpreter",
    'no program on PATH is called "deno"',
    "path",
  ],
  [{ script: "server.js", interpreter: "node@18.1.0" }, "interpreter", "nvm", "path of its node"],
  [{ script: "server.js", interpreter: "/no/such" }, "interpreter", "/no/such does not exist", "cwd"],
  [{ command: "bun a.ts && bun b.ts" }, "command", "&& is a chain of commands", "sh -c"],
  [{ script: "bun a.ts | tee log" }, "script", "| is a pipe", "package script"],
  [{ cmd: "bun a.ts > log" }, "cmd", "> is a redirection", "quote it"],
  [{ command: "cd /x" }, "command", 'no program on PATH is called "cd"', "install it"],
  [{ command: "''" }, "command", "names no program", "bun run"],
])("%j is refused", async (app, key, message, next) => {
  using files = machine();
  files.write("bunctl.json", { apps: [app] });
  const problems = await problemsOf(files, { env: { PATH: files.path("path") } });
  expect(problems).toMatchObject([
    {
      key: key === "" ? "apps[0]" : `apps[0].${key}`,
      message: expect.stringContaining(message),
      allowed: expect.stringContaining(next),
    },
  ]);
});

test("the person's own Bun is taken: neither a stand-in of `bun run`, nor our shim, nor a folder that is not absolute", async () => {
  using files = machine();
  for (const folder of ["bun-node-0a1b2c", ".kiro/bin", "own"]) {
    files.write(`${folder}/bun`, "#!/bin/sh\n");
    chmodSync(files.path(`${folder}/bun`), 0o755);
  }
  files.write("bunctl.json", { apps: [{ name: "a", script: "server.ts" }] });
  const path = ["", "own", files.path("bun-node-0a1b2c"), files.path(".kiro/bin"), files.path("own")].join(
    ":",
  );
  const found = async (env: object) => (await load(files, { env: { ...env } })).apps[0]?.argv[0];
  expect(await found({ PATH: path })).toBe(files.path("own/bun"));
  // without one there is the Bun that runs us
  expect(await found({ PATH: dirname(files.path("empty/x")) })).toBe(process.execPath);
});

test("the app's own PATH is where its program is looked for", async () => {
  using files = machine();
  files.write("bunctl.json", {
    apps: [{ name: "a", command: "next start", env: { PATH: files.path("path") } }],
  });
  const { apps } = await load(files, { env: { PATH: "/nowhere" } });
  expect(apps[0]?.argv).toEqual([files.path("path/next"), "start"]);
});
