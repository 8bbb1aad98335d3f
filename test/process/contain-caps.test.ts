/** Caps of a whole job that the kernel keeps: what it may use of the CPUs, and how many threads it may have. */
import { expect } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { openContainers } from "../../src/os/select-containers.ts";
import { hasGroups, launch } from "../support/launching.ts";
import { hybridGroups, isUp, leftSince, living, MECHANISMS } from "../support/mechanisms.ts";
import { until } from "../support/ready.ts";
import { needs, pidNamespace } from "../support/skip.ts";

const CAPS = { cpuPercent: 20, threads: 6 };
/** Its inner shell starts more than it may have, and gives up at the one that is refused; then it spins. */
const GREEDY = [
  "sh",
  "-c",
  "(for i in 1 2 3 4 5 6 7 8 9; do sleep 1000 & done); echo ready; while :; do :; done",
];

needs(pidNamespace, hybridGroups)("hybrid: both are read back, and kept", async () => {
  const before = living();
  await using job = launch(GREEDY, "hybrid", { caps: CAPS });
  const { facts, place } = await job.prepared();
  expect(facts.caps).toEqual([
    { cap: "cpuPercent", limit: 20, whyNot: null },
    { cap: "threads", limit: 6, whyNot: null },
  ]);
  const directories = place.kind === "hybrid" ? place.capDirectories : [];
  const said = (file: string): string =>
    directories
      .map((at) => `${at}/${file}`)
      .filter(existsSync)
      .map((path) => readFileSync(path, "utf8"))
      .join("");
  await isUp(job);
  // the root is in both of them, and we who started it are not
  const { pid } = await job.root();
  expect(directories.map((at) => readFileSync(`${at}/cgroup.procs`, "utf8").split("\n"))).toEqual([
    expect.arrayContaining([String(pid)]),
    expect.arrayContaining([String(pid)]),
  ]);
  expect(await until(() => /^max [1-9]/m.test(said("pids.events")))).toBe(true);
  expect(await until(() => /^nr_throttled [1-9]/m.test(said("cpu.stat")))).toBe(true);
  expect(Number(said("pids.current"))).toBeLessThanOrEqual(6);
  job.wrapper.kill("SIGTERM");
  const { end } = await job.end();
  expect(end.survivors).toEqual([]);
  await job.wrapper.exited;
  expect(await leftSince(before)).toEqual([]);
  expect(hasGroups({ place })).toBe(false);
});

needs(pidNamespace, hybridGroups)(
  "hybrid: the groups of a dead wrapper are removed with what is left of its job",
  async () => {
    const before = living();
    await using job = launch(["sh", "-c", "echo ready; exec sleep 1000"], "hybrid", { caps: CAPS });
    await isUp(job);
    const prepared = await job.prepared();
    const { jobId, place } = prepared;
    job.wrapper.kill("SIGKILL");
    await job.wrapper.exited;
    using remains = await openContainers().reopen(jobId, place);
    expect(remains.killAll()).toBe(true);
    expect(await until(() => remains.members().length === 0)).toBe(true);
    remains[Symbol.dispose]();
    expect(hasGroups(prepared)).toBe(false);
    expect(await leftSince(before)).toEqual([]);
  },
);

for (const { mechanism, here } of MECHANISMS.filter((each) => each.mechanism !== "hybrid")) {
  here(`${mechanism}: nobody keeps them, and the facts say why`, async () => {
    await using job = launch(["true"], mechanism, { caps: CAPS });
    const { facts } = await job.prepared();
    const whyNot = expect.stringMatching(/\w+ \w+/u);
    expect(facts.caps).toEqual([
      { cap: "cpuPercent", limit: null, whyNot },
      { cap: "threads", limit: null, whyNot },
    ]);
    expect((await job.end()).end.ending).toEqual({ how: "exited", code: 0 });
  });
}
