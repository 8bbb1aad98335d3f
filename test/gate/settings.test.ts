/** The user's Bun settings act on the program, once, and on no program of ours: the wrapper, and what it asks who is outside. */
import { expect } from "bun:test";
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CONFIG, fixture, gate, WRAPPER } from "../support/gating.ts";
import { scratchProject, type Project } from "../support/launch.ts";
import { startFixture, until } from "../support/ready.ts";
import { needs, pidNamespace } from "../support/skip.ts";

const test = needs(pidNamespace);

/** Leaves a file for each process that it runs in, with that process's script. */
const marks = (name: string): string =>
  `require("node:fs").writeFileSync("${name}-" + process.pid, process.argv.slice(1).join(" "));\n`;

function furnish({ directory }: Project): void {
  writeFileSync(join(directory, "preload.ts"), marks("bunfig"));
  writeFileSync(join(directory, "option.ts"), marks("option"));
  writeFileSync(join(directory, "bunfig.toml"), 'preload = ["./preload.ts"]\n');
  writeFileSync(join(directory, ".env"), "FROM_DOTENV=1\nBUN_WATCHDOG_MAX_CONCURRENT_PROCESSES=7\n");
  writeFileSync(join(directory, "x.ts"), "console.log(process.env.FROM_DOTENV, process.env.BUN_OPTIONS)\n");
}

const markedBy = ({ directory }: Project, name: string): readonly string[] =>
  readdirSync(directory)
    .filter((each) => each.startsWith(`${name}-`))
    .map((each) => readFileSync(join(directory, each), "utf8"));

const withBun = { PATH: `${join(WRAPPER, "../../node_modules/.bin")}:${process.env["PATH"]}` };

function wrapper(project: Project, args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = Bun.spawnSync([WRAPPER, ...args], {
    cwd: project.directory,
    env: { ...process.env, ...project.env, ...withBun, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { code: child.exitCode, stdout: child.stdout.toString(), stderr: child.stderr.toString() };
}

test("bunfig's preload, .env and BUN_OPTIONS: the program's, once", () => {
  using project = scratchProject(CONFIG);
  furnish(project);
  const env = { BUN_OPTIONS: "--preload ./option.ts" };
  expect(wrapper(project, ["x.ts"], env)).toEqual({
    code: 0,
    stdout: "1 --preload ./option.ts\n",
    stderr: "",
  });
  for (const name of ["bunfig", "option"])
    expect([name, markedBy(project, name)]).toEqual([name, [join(project.directory, "x.ts")]]);
});

test("… and none of it acts on who counts the jobs outside", async () => {
  using project = scratchProject({ ...CONFIG, maxConcurrentProcesses: 1, gate: {} });
  await using _ = await startFixture([process.execPath, fixture("twins/idle.ts")], {
    cwd: project.directory,
  });
  furnish(project);
  const { code, stderr } = wrapper(project, ["x.ts"], { BUN_OPTIONS: "--preload ./option.ts" });
  expect(code).toBe(75);
  expect(stderr).toContain("0 of 1 slot taken, 1 job outside the gate");
  expect([...markedBy(project, "bunfig"), ...markedBy(project, "option")]).toEqual([]);
});

/** Sockets that this process has open, besides what stands for its standard streams. */
const sockets = (pid: number): number =>
  readdirSync(`/proc/${pid}/fd`).filter((fd) => {
    if (Number(fd) < 3) return false;
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith("socket:");
    } catch {
      // closed meanwhile
      return false;
    }
  }).length;

test.each([
  ["BUN_OPTIONS", { BUN_OPTIONS: "--inspect=127.0.0.1:0/x" }],
  ["BUN_INSPECT", { BUN_INSPECT: "ws://127.0.0.1:0/x" }],
])("the debugger's port of %s is the program's", async (_name, env) => {
  using project = scratchProject(CONFIG);
  const program = "console.log('ready', process.pid); setInterval(() => {}, 1e6)";
  await using gated = gate(project, ["-e", program], { env });
  const [pid = 0] = await gated.ready();
  expect(await until(() => sockets(pid) > 0)).toBe(true);
  expect(sockets(gated.pid)).toBe(0);
});

const round = (number: number): string =>
  `console.log("ready", process.pid, "round${number}"); setInterval(() => {}, 1e6);\n`;

test("BUN_OPTIONS=--watch: the program starts again in place, its wrapper does not", async () => {
  using project = scratchProject(CONFIG);
  const path = join(project.directory, "x.ts");
  writeFileSync(path, round(1));
  await using gated = gate(project, ["x.ts"], { env: { BUN_OPTIONS: "--watch" } });
  await until(() => gated.stdout().includes("round1"));
  writeFileSync(path, round(2));
  expect(await until(() => gated.stdout().includes("round2"))).toBe(true);
  const pids = [...gated.stdout().matchAll(/ready (\d+)/g)].map(([, pid]) => Number(pid));
  expect(new Set(pids).size).toBe(1);
  expect(pids).not.toContain(gated.pid);
});
