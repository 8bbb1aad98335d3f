/** A launch from its container to its end, with what can go wrong beside it, on processes made of data. */
import { describe, expect, test } from "bun:test";
import type { JobEnd } from "../../../src/core/slots/job-end.ts";
import type { ProcessSample } from "../../../src/core/process/process.ts";
import type { SlotRecord } from "../../../src/core/process/slot.ts";
import { killJob } from "../../../src/launch/kill-job.ts";
import { prepareLaunch } from "../../../src/launch/launch.ts";
import type { LaunchPorts, LaunchRequest } from "../../../src/launch/request.ts";
import type { Container, ContainerUsage } from "../../../src/ports/container.ts";
import { Beings, type Nature } from "../kill/beings.ts";
import { House, NOTHING_SEEN } from "../gate/house.ts";
import { other, sample } from "./samples.ts";

const SELF = sample(3, 1).id;
const ROOT = 10;

const REQUEST: LaunchRequest = {
  argv: ["bun", "work.ts"],
  cwd: "/project",
  env: {},
  session: "ours",
  streams: ["inherit", "inherit", "inherit"],
  inherited: [],
  limits: { timeoutMs: null, memoryBytes: null, cpu: null },
  graceMs: 100,
  keep: false,
  owner: "manager",
  name: "web",
  command: "bun work.ts",
  project: "/project",
  counts: false,
  isTimeoutAskedFor: true,
};

interface Setting {
  readonly root?: Nature;
  readonly usage?: Partial<ContainerUsage>;
  readonly memory?: "kernel" | "sampled";
  readonly onMemoryKill?: Container["onMemoryKill"];
  readonly onSpawn?: (world: Beings) => void;
}

const isInside = ({ id }: Pick<ProcessSample, "id">): boolean => id.pid >= ROOT;

const without = (what: string) => (): never => {
  throw new Error(what);
};

/** All that is not pid 1 and not ourselves is in the container. */
function aLaunch({ root = {}, usage = {}, memory = "sampled", onMemoryKill, onSpawn }: Setting = {}) {
  const world = new Beings();
  const troubles: string[] = [];
  const container: Container = {
    place: { kind: "marker" },
    facts: { promise: "", memory, whyNot: null, caps: [] },
    spawn: () => {
      const being = world.add(sample(ROOT, SELF.pid), root);
      onSpawn?.(world);
      const end = { code: 0, signal: null, cpuMs: 0, maxRssBytes: 0 };
      return {
        id: being.sample.id,
        pipes: { stdin: null, stdout: null, stderr: null },
        ended: being.ended.promise.then(() => end),
        signal: () => true,
        send: () => false,
      };
    },
    members: () => [...world.all.values()].flatMap(({ sample: { id } }) => (world.isAlive(id.pid) ? id : [])),
    canHoldAgain: () => false,
    isEmpty: () => container.members().length === 0,
    limit: async () => container.facts,
    glance: async () => NOTHING_SEEN,
    count: () => container.members().length,
    usage: () => ({ memoryBytes: null, memoryPeakBytes: null, cpuMs: null, memoryKills: 0, ...usage }),
    hasEscaped: () => false,
    killAll: () => false,
    onMemoryKill: onMemoryKill ?? (() => undefined),
    strike: () => {
      world.log.push("strike");
      for (const { pid } of container.members())
        if (world.all.get(pid)?.diesAfterMs !== Infinity) world.end(pid);
      return container.count() === 0;
    },
    [Symbol.dispose]: () => void world.log.push("group removed"),
  };
  const { clock, control, journal, frozen } = world.ports;
  const house = new House();
  const ports: LaunchPorts = {
    gatehouse: house,
    containers: {
      create: async () => container,
      strays: () => Promise.resolve([]),
      reopen: () => Promise.reject(new Error("nothing is reopened here")),
      adopt: () => Promise.reject(new Error("nothing is adopted here")),
      isAlive: ({ pid }) => world.isAlive(pid),
      sampler: async () => ({
        sample: () => {
          const snapshot = world.ports.sampler.sample();
          return {
            ...snapshot,
            processes: new Map([...snapshot.processes].filter(([, each]) => isInside(each))),
          };
        },
        ancestors: () => [],
        describe: (pid) => world.ports.sampler.describe(pid),
        inspect: () => new Map(),
        machine: () => ({ cpus: 2, availableBytes: 1e9 }),
        close: () => undefined,
      }),
    },
    self: { id: SELF, pidNamespace: "1", bootId: "boot", environment: {} },
    clock,
    reserve: { require: () => undefined, hold: () => ({ [Symbol.dispose]: () => undefined }) },
    onTrouble: (sentence) => void troubles.push(sentence),
    forKilling: async () => ({ control, journal, frozen }),
  };
  const run = async (
    request: Partial<LaunchRequest> = {},
    more: Partial<LaunchPorts> = {},
  ): Promise<JobEnd> => {
    const job = await prepareLaunch({ ...REQUEST, ...request }, { ...ports, ...more });
    const started = job.start();
    return await started.ended;
  };
  return { world, ports, container, troubles, house, run };
}

const leavesOne = (world: Beings): void => {
  world.add(sample(11, ROOT, { argv: ["bun", "child.ts"] }), { isDeaf: true });
  world.after(50, () => world.end(ROOT));
};

test("a root that ends and leaves nobody: its group is removed, and nothing was sent", async () => {
  const { world, run } = aLaunch({ onSpawn: (here) => here.after(50, () => here.end(ROOT)) });
  expect(await run()).toMatchObject({
    ending: { how: "exited", code: 0 },
    outcomes: [],
    survivors: [],
    kept: [],
  });
  expect(world.log).toEqual(["group removed"]);
});

test("its record says who looks after it, whether it takes a slot, and what holds should that one die", async () => {
  const owners = [
    ["gate", true],
    ["manager", false],
    ["runner", false],
  ] as const;
  for (const [owner, counts] of owners) {
    const { house, run } = aLaunch({
      onSpawn: (here) => here.after(50, () => here.end(ROOT)),
    });
    const written: SlotRecord[] = [];
    const hold = house.hold.bind(house);
    house.hold = (jobId) => ({ ...hold(jobId), write: (record) => void written.push(record) });
    await run({ owner, counts, limits: { ...REQUEST.limits, memoryBytes: 1e9 } });
    expect(written.map(({ root }) => root?.pid ?? null)).toEqual([null, ROOT]);
    expect(written[1]).toMatchObject({
      name: "web",
      command: "bun work.ts",
      owner: { ...SELF, kind: owner },
      place: { kind: "marker" },
      counts,
      project: "/project",
      limits: { memoryBytes: 1e9, cpuPercent: null, deadlineMs: null },
      keep: false,
    });
    expect(house.log.at(-1)).toContain("give back");
  }
});

test("a record that cannot be written: a slot that counts is held all the same, another one is not", async () => {
  for (const counts of [true, false]) {
    const { house, troubles, ports } = aLaunch();
    house.full = new Error("ENOSPC");
    await prepareLaunch({ ...REQUEST, counts }, ports);
    expect(house.books.size).toBe(counts ? 1 : 0);
    expect(troubles).toEqual(["who it is cannot be put on record: ENOSPC"]);
  }
});

test("what the root leaves is ended, unless it is to be kept", async () => {
  const ended = aLaunch({ onSpawn: leavesOne });
  expect(await ended.run()).toMatchObject({
    ending: { how: "exited", code: 0 },
    outcomes: [{ id: { pid: 11 }, result: { outcome: "gone" } }],
    kept: [],
  });
  const kept = aLaunch({ onSpawn: leavesOne });
  expect(await kept.run({ keep: true })).toMatchObject({ outcomes: [], kept: [{ id: { pid: 11 } }] });
  expect(kept.world.isAlive(11)).toBe(true);
});

test("a root that the kernel killed for the memory limit is over it, however it ended", async () => {
  const { run } = aLaunch({
    usage: { memoryKills: 1 },
    memory: "kernel",
    onSpawn: (here) => here.after(50, () => here.end(ROOT)),
  });
  const limits = { ...REQUEST.limits, memoryBytes: 1e8 };
  expect(await run({ limits })).toMatchObject({ ending: { how: "memory", by: "kernel", limitBytes: 1e8 } });
});

describe("whatever fails after the spawn, the job ends", () => {
  test("a limit that cannot be watched any more", async () => {
    const { world, run } = aLaunch({
      memory: "kernel",
      onMemoryKill: (_, onFailure) => onFailure(new Error("no descriptor left")),
    });
    const end = await run({ limits: { ...REQUEST.limits, memoryBytes: 1e8 } });
    expect(end.ending).toEqual({
      how: "stopped",
      evidence: "its limits cannot be watched any more: no descriptor left",
    });
    expect(world.isAlive(ROOT)).toBe(false);
  });

  test("what killing needs cannot be had: it is killed as it stands, and that is said", async () => {
    const { world, troubles, run } = aLaunch({ root: { isDeaf: true } });
    const end = await run(
      { limits: { ...REQUEST.limits, timeoutMs: 1_000 } },
      { forKilling: () => Promise.reject(new Error("no descriptor left")) },
    );
    expect(end.ending).toMatchObject({ how: "timeout", limitMs: 1_000 });
    expect(world.isAlive(ROOT)).toBe(false);
    expect(troubles).toEqual([
      "its end could not be seen to (no descriptor left): what was left of it was killed",
    ]);
  });

  test("but who may stay is left alone", async () => {
    const { world, troubles, ports, run } = aLaunch({ onSpawn: leavesOne });
    await run(
      { keep: true },
      { containers: { ...ports.containers, sampler: without("no descriptor left") } },
    );
    expect(world.isAlive(11)).toBe(true);
    expect(troubles).toEqual([
      "its end could not be seen to (no descriptor left): what was left of it was left alone",
    ]);
  });

  test("a root that no look shows is killed all the same", async () => {
    const { world, run } = aLaunch({ root: { isDeaf: true } });
    world.show = () => null;
    const end = await run({ limits: { ...REQUEST.limits, timeoutMs: 1_000 } });
    expect(end.ending.how).toBe("timeout");
    expect([world.isAlive(ROOT), world.log.includes("strike")]).toEqual([false, true]);
  });

  test("a root that cannot be killed is named, and not waited for", async () => {
    const { run } = aLaunch({
      root: { isDeaf: true, diesAfterMs: Infinity, status: { pendingKill: false } },
    });
    const end = await run({ limits: { ...REQUEST.limits, timeoutMs: 1_000 } });
    expect(end.survivors.map(({ id }) => id.pid)).toEqual([ROOT]);
  });

  test("a spawn that fails when the program may be up", async () => {
    const { world, run } = aLaunch({
      onSpawn: () => {
        throw Object.assign(new Error("posix_spawn"), { code: "ENOENT" });
      },
    });
    expect(await run().catch(String)).toContain("posix_spawn");
    expect(world.isAlive(ROOT)).toBe(false);
    expect(world.log).toEqual(["strike", "group removed"]);
  });
});

test("where too few descriptors are left to end it, nothing is started", async () => {
  const { world, run } = aLaunch();
  const reserve = {
    require: without("Only 3 more files"),
    hold: () => ({ [Symbol.dispose]: () => undefined }),
  };
  expect(await run({}, { reserve }).catch(String)).toContain("Only 3 more files");
  expect(world.all.size).toBe(0);
});

describe("the end of all of it", () => {
  const cause = { by: "asked", rule: "request", evidence: "a test" } as const;

  const end = ({ world, ports, container }: ReturnType<typeof aLaunch>, self = SELF) =>
    killJob({ jobId: "j", container, root: sample(ROOT, SELF.pid).id, self }, cause, 100, {
      ...world.ports,
      containers: ports.containers,
    });

  test("a wrapper in it passes SIGTERM on: what is below that hears it once", async () => {
    const launched = aLaunch();
    const { world } = launched;
    world.add(other(ROOT, SELF.pid));
    world.add(sample(11, ROOT, { argv: ["bun", "/x/bun-wrapper.ts", "inner.ts"], isOurScript: true }));
    world.add(sample(12, 11), { isDeaf: true });
    const { outcomes } = await end(launched);
    expect(outcomes.map(({ id, signals }) => [id.pid, signals[0]])).toEqual([
      [10, "SIGTERM"],
      [11, "SIGTERM"],
      [12, "SIGSTOP"],
    ]);
  });

  test("whoever looks after it from inside does not kill itself", async () => {
    const launched = aLaunch();
    const { world } = launched;
    world.add(sample(ROOT, 1));
    const { survivors } = await end(launched, world.add(sample(15, 1)).sample.id);
    expect(survivors).toEqual([]);
    expect([world.isAlive(ROOT), world.isAlive(15)]).toEqual([false, true]);
    expect(world.sentTo(15)).toEqual([]);
  });

  test("one that turns up after the last look of the protocol is among the survivors", async () => {
    const launched = aLaunch();
    const { world } = launched;
    world.add(sample(ROOT, SELF.pid));
    world.beforeSample = () => {
      if (world.log.includes("outcome")) world.add(sample(60, 1));
    };
    const { survivors } = await end(launched);
    expect(survivors.map(({ id }) => id.pid)).toEqual([60]);
  });
});
