/** Inside the virtual machine: `bun-wrapper` as a user runs it, at the limits of cgroup v2. */
import { chownSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { CONFIG, fixture, gate, report, slots, type GateOptions } from "../support/gating.ts";
import { scratchProject } from "../support/launch.ts";
import { allPids, readStat } from "../support/proc.ts";
import { until } from "../support/ready.ts";

const CGROUPS = "/sys/fs/cgroup";
const NOBODY = 65_534;
const MB = 1_024 ** 2;

export type Check = (what: string, isTrue: boolean, seen: unknown) => void;

const living = (): readonly number[] =>
  allPids().filter((pid) => !["Z", "X", undefined].includes(readStat(pid)?.state));

/** The kernel starts workers of its own, children of kthreadd, whenever it likes. */
const isKernels = (pid: number): boolean => readStat(pid)?.ppid === 2;

async function nothingLeft(before: readonly number[]): Promise<readonly string[]> {
  const left = (): number[] => living().filter((pid) => !before.includes(pid) && !isKernels(pid));
  await until(() => left().length === 0, 10_000);
  return left().map((pid) => `${pid} ${readStat(pid)?.comm}`);
}

async function play(
  args: readonly string[],
  options: GateOptions,
): Promise<{ code: number; said: string; found: Record<string, unknown>; left: readonly string[] }> {
  const before = living();
  using project = scratchProject(CONFIG);
  await using gated = gate(project, ["--json-report", "report.json", ...args], options);
  const code = await gated.exited;
  const said = gated.stderr();
  const there = existsSync(`${project.directory}/report.json`);
  return { code, said, found: there ? report(project) : {}, left: await nothingLeft(before) };
}

async function bomb(
  name: string,
  by: "kernel" | "sampling",
  options: GateOptions,
  check: Check,
): Promise<void> {
  const { code, said, found, left } = await play(["--memory", "250M", fixture("launch/bomb.ts")], options);
  const seen = { code, said, found, left };
  const enforced = by === "kernel" ? "kernel" : "sampled";
  check(`${name}: exit 137`, code === 137, seen);
  check(
    `${name}: stopped by ${by}`,
    Bun.deepMatch(
      {
        limits: { memoryBytes: { limit: 250 * MB, enforced } },
        job: { ending: { how: "memory", by }, survivors: [] },
      },
      found,
    ),
    seen,
  );
  check(`${name}: nothing is left`, left.length === 0, left);
}

const STAYING = `Bun.spawnSync([process.execPath, process.argv[1]], { stdio: ["ignore", "inherit", "inherit"] }); setInterval(() => {}, 1000)`;

async function hydra(check: Check): Promise<void> {
  const { code, said, left } = await play(
    ["--timeout", "20s", "-e", STAYING, fixture("zoo/z13-hydra.ts")],
    {},
  );
  check("gate: a hydra, exit 124", code === 124, { code, said });
  check("gate: nothing of the hydra is left", left.length === 0, left);
}

/** A group that this account may divide, with its controllers. */
function delegated(name: string): string {
  const directory = `${CGROUPS}/${name}`;
  writeFileSync(`${CGROUPS}/cgroup.subtree_control`, "+memory");
  mkdirSync(directory);
  for (const file of ["", "/cgroup.procs", "/cgroup.subtree_control", "/cgroup.threads"])
    chownSync(`${directory}${file}`, NOBODY, NOBODY);
  return directory;
}

export async function gateFindings(check: Check): Promise<void> {
  await bomb("gate, root", "kernel", {}, check);
  await hydra(check);
  const cgroup = delegated("gate");
  await bomb("gate, delegated to another account", "kernel", { unprivileged: true, cgroup }, check);
  await bomb("gate, another account", "sampling", { unprivileged: true }, check);
  check("gate: all slots are free", slots().length === 0, slots());
}
