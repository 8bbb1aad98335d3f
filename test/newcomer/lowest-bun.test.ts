/** What is packed, on the lowest Bun that is enough (package.json's `engines`): every program, a kill, and an app. */
import { afterAll, beforeAll, expect } from "bun:test";
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bin, engines, version } from "../../package.json" with { type: "json" };
import { repository, scratchProject, type CliResult, type Project } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { needs, type Part } from "../support/skip.ts";

requireNamespace();

const LOWEST = "/var/cache/bun-watchdog-lowest/bun";
const lowest: Part = {
  name: "the lowest Bun",
  missing: () => {
    const found = existsSync(LOWEST) ? Bun.spawnSync([LOWEST, "--version"]).stdout.toString().trim() : "none";
    return `>=${found}` === engines.bun ? null : `${LOWEST} is ${found} (npm run test:deps installs it)`;
  },
};

let project: Project;
const PACKAGE = "node_modules/bun-watchdog";

beforeAll(() => {
  project = scratchProject({});
  const modules = join(project.directory, "node_modules");
  mkdirSync(join(modules, "bun-watchdog"), { recursive: true });
  for (const name of ["bin", "dist", "config", "package.json"])
    cpSync(join(repository, name), join(modules, "bun-watchdog", name), { recursive: true });
  for (const name of readdirSync(join(repository, "node_modules")))
    if (name !== "bun" && !name.startsWith("."))
      symlinkSync(join(repository, "node_modules", name), join(modules, name));
  mkdirSync(join(project.directory, "path"));
  symlinkSync(LOWEST, join(project.directory, "path/bun"));
  writeFileSync(join(project.directory, "loop.ts"), "for (;;);\n");
  writeFileSync(join(project.directory, "app.ts"), "setInterval(() => {}, 1000);\n");
});
afterAll(() => project[Symbol.dispose]());

async function run(command: string, ...args: readonly string[]): Promise<CliResult> {
  const child = Bun.spawn([join(project.directory, PACKAGE, "bin", command), ...args], {
    cwd: project.directory,
    env: { ...project.env, PATH: `${join(project.directory, "path")}:/usr/bin:/bin` },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { exitCode, stdout, stderr };
}

const onLowest = needs(lowest);

onLowest("every program runs, and writes nothing to stderr", async () => {
  for (const name of Object.keys(bin))
    expect(await run(name, "--version")).toEqual({ exitCode: 0, stdout: `${version}\n`, stderr: "" });
});

onLowest("a launch is ended at its limit, and runs on that Bun", async () => {
  const said = await run("bun-wrapper", "-e", "console.log(Bun.version)");
  expect(`>=${said.stdout.trim()}`).toBe(engines.bun);
  expect((await run("bun-wrapper", "--timeout", "300ms", "loop.ts")).exitCode).toBe(124);
});

onLowest("an app is started, listed and ended", async () => {
  expect((await run("bunctl", "start", "app.ts", "--name", "shop")).exitCode).toBe(0);
  expect((await run("bunctl", "list")).stdout).toContain("online");
  expect((await run("bunctl", "kill")).exitCode).toBe(0);
});

onLowest("a process is seen, and dead when it is said to be", async () => {
  await using loop = Bun.spawn([LOWEST, "loop.ts"], { cwd: project.directory });
  expect((await run("bun-watchdog", "status")).stdout).toContain("bun loop.ts");
  const { exitCode, stdout } = await run("bun-watchdog", "stop", String(loop.pid), "--yes");
  expect({ exitCode, isSaid: /gone/u.test(stdout) || stdout }).toEqual({ exitCode: 0, isSaid: true });
  expect(await loop.exited).not.toBe(0);
});
