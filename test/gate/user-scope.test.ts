/**
 * An account without control groups asks its systemd user manager for a scope. The manager here is a script that takes
 * note and starts what it is given: who is asked, when, and what becomes of the launch is what this is about.
 */
import { expect } from "bun:test";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CONFIG, gateRun, WRAPPER } from "../support/gating.ts";
import { scratchProject, type Project } from "../support/launch.ts";
import { needs, pidNamespace, root } from "../support/skip.ts";

const test = needs(pidNamespace, root);

const GIVES = 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"';
const REFUSES = 'echo "Failed to connect to bus" >&2; exit 1';
const PROGRAM = `console.log(Object.keys(process.env).filter((name) => /USER_SCOPE/.test(name)).length, process.ppid)`;

/** What the wrapper is run with, and what the manager was asked for. */
function manager(project: Project, does: string): { env: Record<string, string>; asked: () => string[] } {
  const directory = join(project.directory, "run");
  const log = join(project.directory, "asked");
  mkdirSync(join(directory, "systemd"), { recursive: true });
  writeFileSync(join(directory, "systemd/private"), "");
  writeFileSync(join(directory, "systemd-run"), `#!/bin/sh\necho "$*" >>"${log}"\n${does}\n`);
  chmodSync(join(directory, "systemd-run"), 0o755);
  const env = { XDG_RUNTIME_DIR: directory, PATH: `${directory}:${process.env["PATH"]}`, WRAPPER };
  return { env, asked: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n") : []) };
}

test("it becomes itself in a scope, which was tried first, and its program does not hear of it", async () => {
  using project = scratchProject(CONFIG);
  const { env, asked } = manager(project, GIVES);
  const options = { unprivileged: true, env };
  const { code, stdout } = await gateRun(project, ["--memory", "250M", "-e", PROGRAM], options);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^0 \d+\n$/) });
  expect(asked()).toEqual([
    expect.stringMatching(/^--user --scope .*-p Delegate=yes -- true$/),
    expect.stringContaining("bun-wrapper.ts --memory 250M -e "),
  ]);
});

test("a manager that refuses costs nothing but the limit's keeper", async () => {
  using project = scratchProject(CONFIG);
  const { env, asked } = manager(project, REFUSES);
  const options = { unprivileged: true, env };
  const result = await gateRun(project, ["--memory", "250M", "-e", "process.exit(3)"], options);
  expect(result).toEqual({ code: 3, stdout: "", stderr: "" });
  expect(asked()).toHaveLength(1);
});

test.each([
  ["without a memory limit", ["-e", "1"]],
  [
    "inside another job, which it would leave",
    ["-e", `Bun.spawnSync([process.execPath, process.env.WRAPPER, "--memory", "250M", "-e", "1"])`],
  ],
])("nobody is asked %s", async (_when, args) => {
  using project = scratchProject(CONFIG);
  const { env, asked } = manager(project, GIVES);
  expect((await gateRun(project, args, { unprivileged: true, env })).code).toBe(0);
  expect(asked()).toEqual([]);
});
