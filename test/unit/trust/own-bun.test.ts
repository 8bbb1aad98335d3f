/** How Bun is started for our programs, and what the person's own programs get back. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  isStartedClean,
  keptAside,
  OWN_FLAGS,
  ownCommand,
  ownEnvironment,
  RESTARTED,
  usersEnvironment,
} from "../../../src/trust/own-bun.ts";
import { repository } from "../../support/launch.ts";

const USERS = {
  BUN_OPTIONS: "--preload ./a b.ts --inspect",
  BUN_INSPECT: "127.0.0.1:0",
  BUN_INSPECT_PRELOAD: "./p.ts",
  BUN_INSPECT_CONNECT_TO: "unix:///tmp/x",
  BUN_INSPECT_NOTIFY: "unix:///tmp/y",
  NODE_CHANNEL_FD: "3",
  BUN_FEATURE_FLAG_NO_ORPHANS: "1",
};

test("a program of ours is started by the flags, the script behind them", () => {
  expect(ownCommand("/x.ts", "status")).toEqual([process.execPath, ...OWN_FLAGS, "/x.ts", "status"]);
});

test("what acts on any Bun is kept aside under names that act on none, and comes back for the person's command", () => {
  const aside = keptAside({ ...USERS, PATH: "/bin" });
  expect(Object.keys(aside).filter((name) => name in USERS)).toEqual([]);
  expect(usersEnvironment(aside)).toEqual({ ...USERS, PATH: "/bin" });
  expect(ownEnvironment(aside)).toEqual({ PATH: "/bin" });
  expect(ownEnvironment({ ...USERS, PATH: "/bin" })).toEqual({ PATH: "/bin" });
  // whoever was started anew may start another one of ours
  expect(ownEnvironment({ [RESTARTED]: "77", PATH: "/bin" })).toEqual({ PATH: "/bin" });
  expect(usersEnvironment({ [RESTARTED]: "77", PATH: "/bin" })).toEqual({ PATH: "/bin" });
});

test("what is empty acts on nothing, and is not kept", () => {
  expect(usersEnvironment(keptAside({ BUN_OPTIONS: "", BUN_INSPECT: undefined }))).toEqual({});
});

test.each([
  [[...OWN_FLAGS], {}, true],
  [[...OWN_FLAGS], { BUN_OPTIONS: "" }, true],
  [[...OWN_FLAGS], { BUN_OPTIONS: "--smol" }, false],
  [[...OWN_FLAGS], { BUN_INSPECT_PRELOAD: "./p.ts" }, false],
  [["--config=/dev/null", "--no-env-file"], {}, false],
  [[], {}, false],
] as const)("%j in %j is started as ours are: %p", (execArgv, env, expected) => {
  expect(isStartedClean(execArgv, env)).toBe(expected);
});

const SCRIPTS = [...new Bun.Glob("*.ts").scanSync(join(repository, "scripts"))];

test.each([...SCRIPTS.map((name) => `scripts/${name}`), "src/cli/launcher/launcher.sh"])(
  "the first lines of %s take out the same variables, and give the same flags",
  (path) => {
    const text = readFileSync(join(repository, path), "utf8");
    const isScript = path.startsWith("scripts/");
    const [head = ""] = text.split("*/");
    expect(head).toStartWith('#!/bin/sh\n":" /*\n');
    const [command, program] = isScript ? ["bun", "$0"] : ['"$bw_bun"', "$bw_program"];
    expect(head).toEndWith(`\nexec ${command} ${OWN_FLAGS.join(" ")} "${program}" "$@"\n`);
    expect(head).toContain(`\nunset ${Object.keys(USERS).join(" ")}\n`);
    for (const variable of Object.keys(USERS))
      expect(head).toContain(`\${${variable}:+"BUN_WATCHDOG_KEPT_${variable}=$${variable}"}`);
  },
);
