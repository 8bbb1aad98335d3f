/** `setup --shim`: plain `bun` and `bunx` of a project go through the gate, once, and around it when asked. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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
  project = setupProject();
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

const IN_FRONT = 'PATH="$PWD/.kiro/bin:$PWD/no*thing:$PWD/real:/usr/bin:/bin"; export PATH';

/** Whether a wrapper was asked: this one says so, and starts nothing. */
const SPY = '#!/bin/sh\necho gated "$@"\n';

test("what asks Bun about itself, what runs nothing and what is ours goes to plain Bun", async () => {
  const spied = setupProject();
  spied.file("package.json", '{ "name": "shop" }\n');
  spied.file("node_modules/bun-watchdog/bin/bun-wrapper", SPY);
  spied.file("real/bun", '#!/bin/sh\necho plain "$@"; echo "$PATH" >path\n');
  chmodSync(join(spied.directory, "real/bun"), 0o755);
  try {
    expect((await spied.setup(["--shim"])).exitCode).toBe(0);
    // a name with a pattern in it is no pattern
    mkdirSync(join(spied.directory, "no*thing"));
    mkdirSync(join(spied.directory, "nothing"));
    const goes = async (words: string): Promise<string> =>
      (await spied.run(["sh", "-c", `${IN_FRONT}; ${words}`])).stdout.split(" ", 1)[0]?.trim() ?? "";
    for (const plain of [
      "bun",
      "bun --version",
      "bun --help",
      "bun --revision",
      "bun run",
      "bunx --help",
      "bunx bun-watchdog monitor --detach",
      "bunx bun-watchdog@latest status",
      "bun x bun-watchdog status",
      "bun --config=/dev/null --no-env-file --tsconfig-override=/dev/null /p/node_modules/.bin/bun-watchdog monitor",
      "bun --cwd /p run scripts/bun-monitor-service.ts",
      "bun run --silent bun:cleanup",
      "BUN_WRAPPER_BYPASS=1 bun x.ts",
    ])
      expect([plain, await goes(plain)]).toEqual([plain, "plain"]);
    expect(readFileSync(join(spied.directory, "path"), "utf8").trim()).toBe(
      [`${spied.directory}/no*thing`, `${spied.directory}/real`, "/usr/bin", "/bin"].join(":"),
    );
    // a variable of the person's keeps its value, whatever its name is
    const own = ["here", "rest", "each", "wrapper", "command", "word", "skip"];
    const exports = own.map((name) => `export ${name}=own`).join("; ");
    spied.file("real/bun", `#!/bin/sh\necho ${own.map((name) => `$${name}`).join("-")}\n`, 0o755);
    expect(await goes(`${exports}; bun --cwd . run --help`)).toBe(own.map(() => "own").join("-"));
    spied.file("real/bun", '#!/bin/sh\necho plain "$@"\n', 0o755);
    for (const gated of [
      "bun x.ts",
      "bun x.ts --version",
      "bun run dev",
      "bun test",
      "bun --hot x.ts",
      "bun -e 1",
      "bun -p bun-watchdog",
      "bun -",
      "bunx -p typescript tsc",
      "bun run my-bun-watchdog.ts",
    ])
      expect([gated, await goes(gated)]).toEqual([gated, "gated"]);
    rmSync(join(spied.directory, "node_modules"), { recursive: true });
    expect(await goes("bun x.ts")).toBe("plain");
  } finally {
    spied[Symbol.dispose]();
  }
});

test("with nothing else on PATH it says that there is no Bun, and neither starts itself again nor what lies in the folder", async () => {
  project.file("bun", "#!/bin/sh\necho the folder's\n");
  chmodSync(join(project.directory, "bun"), 0o755);
  const alone = await project.run(["/bin/sh", "-c", 'PATH="$PWD/.kiro/bin"; export PATH; bun --version']);
  rmSync(join(project.directory, "bun"));
  expect(alone).toMatchObject({ exitCode: 127, stdout: "" });
});

test("a monitor that is sent to the background from below it lives", async () => {
  const program = `node_modules/bun-watchdog/scripts/fix-runaway-bun.ts`;
  expect((await shell(`bun ${program} monitor --detach --yes`)).exitCode).toBe(0);
  const stopped = await shell(`bun ${program} monitor --stop`);
  expect([stopped.stdout + stopped.stderr, stopped.exitCode]).toEqual([
    expect.stringMatching(/stopped|ended/i),
    0,
  ]);
});

test("options are bun's, and bunx is bun x", async () => {
  expect((await shell("bun --version")).stdout.trim()).toBe(Bun.version);
  expect((await shell("bunx --version")).stdout.trim()).toBe(Bun.version);
});
