/** Runs inside the virtual machine: jobs held by cgroup v2 with its controllers. One line per finding, exit code 1 for a failure. */
import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { JobEnd } from "../../src/core/slots/job-end.ts";
import { prepareLaunch } from "../../src/launch/launch.ts";
import type { PreparedJob } from "../../src/launch/look-after.ts";
import { systemClock } from "../../src/os/clock.ts";
import type { Caps } from "../../src/ports/container.ts";
import { openControl } from "../../src/os/select.ts";
import { descriptorReserve, openContainers, thisProcess } from "../../src/os/select-containers.ts";
import { House } from "../unit/gate/house.ts";
import { gateFindings } from "./gate.ts";

const MB = 1_024 ** 2;
const CGROUPS = "/sys/fs/cgroup";
const NOBODY = 65_534;
let failures = 0;

const check = (what: string, isTrue: boolean, seen: unknown): void => {
  if (!isTrue) failures++;
  console.log(isTrue ? `ok ${what}` : `FAIL ${what}: ${JSON.stringify(seen)}`);
};

const prepare = (
  script: string,
  limits: { readonly timeoutMs?: number; readonly memoryBytes?: number },
  capped?: Caps,
): Promise<PreparedJob> => {
  const self = thisProcess();
  return prepareLaunch(
    {
      argv: ["/bin/sh", "-c", script],
      cwd: "/",
      env: self.environment,
      session: "ours",
      streams: ["ignore", "ignore", "ignore"],
      inherited: [],
      ...(capped && { caps: capped }),
      limits: { timeoutMs: null, memoryBytes: null, cpu: null, ...limits },
      graceMs: 500,
      keep: false,
      owner: "runner",
      name: null,
      command: script,
      project: "/",
      counts: false,
      isTimeoutAskedFor: true,
    },
    {
      gatehouse: new House(),
      containers: openContainers(),
      self,
      clock: systemClock,
      reserve: descriptorReserve,
      onTrouble: (sentence) => console.error(sentence),
      forKilling: async () => ({
        control: openControl(),
        journal: { write: () => {} },
        frozen: { add: () => {}, remove: () => {}, entries: () => [], reserve: () => new DisposableStack() },
      }),
    },
  );
};

const isGone = ({ record: { place } }: PreparedJob): boolean =>
  place.kind === "cgroup2" && !existsSync(place.directory);

/** Processes by the last word of their command line. */
const running = (word: string): number =>
  Bun.spawnSync(["ps", "-o", "args"])
    .stdout.toString()
    .split("\n")
    .filter((line) => line.trim().endsWith(word)).length;

async function root(): Promise<void> {
  const job = await prepare(
    "trap '' TERM; setsid env -i sleep 7777 & setsid sleep 7777 & sleep 7777; sleep 7777",
    { timeoutMs: 3_000 },
  );
  check("root: a group of cgroup v2", job.record.place.kind === "cgroup2", job.record.place);
  const { ending, outcomes, survivors } = await job.start().ended;
  check("root: the timeout ends it", ending.how === "timeout" && survivors.length === 0, {
    ending,
    survivors,
  });
  check(
    "root: all of it, scrubbed and in other sessions",
    outcomes.length >= 3 && running("7777") === 0,
    outcomes,
  );
  check("root: the group is gone", isGone(job), job.record.place);
}

async function bomb(name: string, script: string): Promise<JobEnd> {
  const job = await prepare(script, { memoryBytes: 64 * MB, timeoutMs: 60_000 });
  check(`${name}: the kernel keeps the limit`, job.facts.memory === "kernel", job.facts);
  const end = await job.start().ended;
  check(`${name}: stopped at it`, end.ending.how === "memory" && end.ending.by === "kernel", end.ending);
  check(`${name}: the peak is told`, (end.peakMemoryBytes ?? 0) > 50 * MB, end.peakMemoryBytes);
  check(`${name}: the group is gone`, isGone(job), job.record.place);
  return end;
}

/** More threads than it may have, and more of the CPUs than it may have: both are kept from it, and nobody is killed. */
async function caps(name: string): Promise<void> {
  const script = "(for i in 1 2 3 4 5 6 7 8 9; do sleep 7777 & done); while :; do :; done";
  const job = await prepare(script, { timeoutMs: 4_000 }, { cpuPercent: 20, threads: 5 });
  check(`${name}: the caps are kept`, job.facts.caps.map(({ limit }) => limit).join() === "20,5", job.facts);
  const { ended } = job.start();
  await Bun.sleep(2_000);
  const said = (file: string): string =>
    job.record.place.kind === "cgroup2" ? readFileSync(`${job.record.place.directory}/${file}`, "utf8") : "";
  check(
    `${name}: a thread too many is refused`,
    /^max [1-9]/m.test(said("pids.events")),
    said("pids.events"),
  );
  check(`${name}: it waits for its share`, /^nr_throttled [1-9]/m.test(said("cpu.stat")), said("cpu.stat"));
  const { ending, survivors } = await ended;
  check(`${name}: and it ends`, ending.how === "timeout" && survivors.length === 0, { ending, survivors });
  check(`${name}: the group is gone`, isGone(job), job.record.place);
}

/** As whoever adopts it sees it; its launcher, this process, stays out of it until the end. */
async function adoption(name: string): Promise<void> {
  const capped = { cpuPercent: 50, threads: 20 };
  const job = await prepare("sleep 7777 & sleep 7777; exit 0", { memoryBytes: 64 * MB }, capped);
  const started = job.start();
  const { jobId, place } = job.record;
  const wish = { jobId, memoryBytes: 48 * MB, caps: { ...capped, threads: 30 } };
  const { container, root: pinned } = await openContainers().adopt(
    { jobId, place, root: started.root },
    wish,
  );
  const { facts } = container;
  const limits = facts.caps.map(({ limit }) => limit).join();
  check(`${name}: its limits are kept anew`, facts.memory === "kernel" && limits === "50,30", facts);
  check(`${name}: all of it is seen`, container.count() >= 3, container.members());
  check(`${name}: one stroke`, container.killAll(), null);
  const end = await pinned.ended;
  check(`${name}: a pin tells of the end`, end.code === null && end.signal === null, end);
  await started.ended;
  container[Symbol.dispose]();
  check(`${name}: the group is gone`, isGone(job), place);
}

/** The other roles of this file run as processes of their own. */
const role = process.argv[2];

const ownGroup = (): string => readFileSync("/proc/self/cgroup", "utf8").trim();

async function other(name: string, group: string, uid: number): Promise<void> {
  const child = Bun.spawn([process.execPath, import.meta.path, name], {
    uid,
    cgroup: group,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if ((await child.exited) !== 0) failures++;
}

const PLAY = `${import.meta.dir}/../fixtures/supervisor/play.ts`;

/** The contract of a supervisor, as a program of its own in this group. */
async function supervisor(name: string, backend: string, group: string, uid: number): Promise<void> {
  const child = Bun.spawn([process.execPath, PLAY], {
    uid,
    cgroup: group,
    env: { ...process.env, ...(backend === "user-scope" && { BUN_WATCHDOG_IN_USER_SCOPE: "1" }) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said = await child.stdout.text();
  const wrong = said.split("\n").filter((line) => line.startsWith("FAIL") || line.startsWith("    at"));
  check(`${name}: the contract of a supervisor`, (await child.exited) === 0 && wrong.length === 0, wrong);
  const kept = new RegExp(`^set later: ${backend}, kernel, .*"limit":50.*"limit":100`, "mu");
  check(`${name}: the kernel keeps limits that are set later`, kept.test(said), said);
}

async function all(): Promise<void> {
  await root();
  await bomb("root bomb", "tail /dev/zero");
  await bomb("root bomb in a child", "(tail /dev/zero); sleep 7777");
  check("root bomb: oom.group took everybody", running("7777") === 0, null);
  await caps("root, capped");
  await adoption("root, adopted");
  writeFileSync(`${CGROUPS}/cgroup.subtree_control`, "+memory +cpu +pids");
  mkdirSync(`${CGROUPS}/delegated`);
  for (const file of ["", "/cgroup.procs", "/cgroup.subtree_control", "/cgroup.threads"])
    chownSync(`${CGROUPS}/delegated${file}`, NOBODY, NOBODY);
  await other("unprivileged", `${CGROUPS}/delegated`, NOBODY);
  mkdirSync(`${CGROUPS}/scope`);
  for (const file of ["", "/cgroup.procs", "/cgroup.subtree_control", "/cgroup.threads"])
    chownSync(`${CGROUPS}/scope${file}`, NOBODY, NOBODY);
  mkdirSync(`${CGROUPS}/manager`);
  await supervisor("root, alone in a group", "cgroup2", `${CGROUPS}/manager`, 0);
  await supervisor("unprivileged, in a scope", "user-scope", `${CGROUPS}/scope`, NOBODY);
  await gateFindings(check);
}

if (role === undefined) await all();
else {
  await bomb(`${role}, alone in a delegated group`, "tail /dev/zero");
  check(`${role}: in a leaf of it now`, ownGroup().endsWith("/delegated/bun-watchdog-wrapper"), ownGroup());
  // the second launch finds itself in the leaf, and stays there
  await bomb(`${role}, once more`, "tail /dev/zero");
  await caps(`${role}, capped`);
  check(`${role}: in the same leaf`, ownGroup().endsWith("/delegated/bun-watchdog-wrapper"), ownGroup());
}
process.exitCode = failures === 0 ? 0 : 1;
