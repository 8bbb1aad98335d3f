/** `setup --shim`: plain `bun` and `bunx` of a project go through the gate, once, and around it when asked. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CliResult, repository } from "../support/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { type SetupProject, setupProject } from "../newcomer/setup-project.ts";

requireNamespace();

let project: SetupProject;

/** Its gated jobs, and whether the next `bun` would come through the shim again. */
const PROGRAM = `
const jobs = (process.env.BUN_WATCHDOG_JOB ?? "").split("/").filter(Boolean).length;
const shimmed = (process.env.PATH ?? "").split(":").some((each) => each.endsWith(".kiro/bin"));
const again = process.argv[2] === "nest" ? Bun.spawnSync(["bun", "x.ts"]).stdout.toString().trim() : "";
console.log(JSON.stringify({ jobs, shimmed, again: again === "" ? null : JSON.parse(again) }));
process.exitCode = 3;
`;

beforeAll(async () => {
  project = await setupProject();
  project.file("package.json", '{ "name": "shop" }\n');
  writeFileSync(join(project.directory, "x.ts"), PROGRAM);
  mkdirSync(join(project.directory, "node_modules"), { recursive: true });
  symlinkSync(repository, join(project.directory, "node_modules/bun-watchdog"));
  expect((await project.setup(["--shim"])).exitCode).toBe(0);
});
afterAll(() => project[Symbol.dispose]());

const shell = (line: string): Promise<CliResult> =>
  project.run(["sh", "-c", `PATH="$PWD/.kiro/bin:$PATH"; export PATH; ${line}`]);

test("bun is gated once, with its exit code; what it starts is in the same job", async () => {
  const { exitCode, stdout } = await shell("bun x.ts nest");
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout)).toEqual({
    jobs: 1,
    shimmed: false,
    again: { jobs: 1, shimmed: false, again: null },
  });
});

test("BUN_WRAPPER_BYPASS=1 goes around it", async () => {
  const { exitCode, stdout } = await shell("BUN_WRAPPER_BYPASS=1 bun x.ts");
  expect({ exitCode, ...JSON.parse(stdout) }).toEqual({ exitCode: 3, jobs: 0, shimmed: false, again: null });
});

test("options are bun's, and bunx is bun x", async () => {
  expect((await shell("bun --version")).stdout.trim()).toBe(Bun.version);
  expect((await shell("bunx --version")).stdout.trim()).toBe(Bun.version);
});
