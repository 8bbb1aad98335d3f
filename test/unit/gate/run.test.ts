/** One launch through the gate: its slot, its record, and what becomes of both when something fails. */
import { describe, expect, test } from "bun:test";
import { runGated, type GatePorts, type GateRequest } from "../../../src/gate/run.ts";
import type { ProcessId } from "../../../src/core/process/process.ts";
import type { Container } from "../../../src/ports/container.ts";
import type { Pin } from "../../../src/ports/control.ts";
import { aProcess } from "../../support/build.ts";
import { aMachine } from "../monitor/fakes.ts";
import { aRecord, BOOT, House, NAMESPACE, NOTHING_SEEN, REQUEST } from "./house.ts";

const SELF = { pid: 40, startTicks: 1, exe: null };
const ROOT = { pid: 60, startTicks: 2, exe: null };
/** Of the job, and alive. */
const process61 = aProcess({ pid: 61 });

/** Nobody here can be signalled. */
const notPermitted = (id: ProcessId): Pin => ({
  id,
  send: () => "not-permitted",
  exited: async () => false,
  mark: () => false,
  status: () => ({ state: "sleeping", threads: 1, ppid: 1, pendingKill: false, frozen: false }),
  [Symbol.dispose]: () => undefined,
});

/** A root that ends at once; `left`: whoever of its job lives on. */
function aGate({ left = [], spawnFails = false }: { left?: readonly number[]; spawnFails?: boolean } = {}) {
  const house = new House();
  const troubles: string[] = [];
  const members = left.map((pid) => ({ pid, startTicks: 1, exe: null }));
  const container: Container = {
    place: { kind: "marker" },
    facts: { promise: "", memory: "none", whyNot: null, caps: [] },
    spawn: () => {
      if (spawnFails) throw Object.assign(new Error("posix_spawn"), { code: "ENOENT" });
      const end = { code: 0, signal: null, cpuMs: 0, maxRssBytes: 0 };
      return {
        id: ROOT,
        pipes: { stdin: null, stdout: null, stderr: null },
        ended: Promise.resolve(end),
        signal: () => true,
        send: () => false,
      };
    },
    members: () => members,
    canHoldAgain: () => false,
    isEmpty: () => members.length === 0,
    limit: async () => container.facts,
    glance: async () => NOTHING_SEEN,
    count: () => members.length,
    usage: () => ({ memoryBytes: null, memoryPeakBytes: null, cpuMs: null, memoryKills: 0 }),
    hasEscaped: () => false,
    killAll: () => false,
    onMemoryKill: () => undefined,
    strike: () => true,
    [Symbol.dispose]: () => void house.log.push("group removed"),
  };
  const machine = aMachine(left.map((pid) => (pid === 61 ? process61 : aProcess({ pid }))));
  const { clock, control, journal, frozen } = machine.ports;
  const ports: GatePorts = {
    gatehouse: house,
    clock,
    self: { id: SELF, pidNamespace: NAMESPACE, bootId: BOOT, environment: {} },
    containers: {
      create: async () => container,
      strays: () => Promise.resolve([]),
      reopen: () => Promise.reject(new Error("nobody is orphaned here")),
      adopt: () => Promise.reject(new Error("nothing is adopted here")),
      isAlive: () => true,
      sampler: async () => ({ ...machine.ports.sampler }),
    },
    reserve: { require: () => undefined, hold: () => ({ [Symbol.dispose]: () => undefined }) },
    ungated: async () => [],
    queueOf: () => 7,
    onWaiting: () => undefined,
    onTrouble: (sentence) => void troubles.push(sentence),
    beforeStart: () => () => undefined,
    forKilling: async () => ({ control: { ...control, pin: notPermitted }, journal, frozen }),
  };
  return {
    house,
    ports,
    troubles,
    run: (more: Partial<GateRequest> = {}) => runGated({ ...REQUEST, ...more }, ports),
  };
}

test("its record is there before its root, then names that, and goes with the job", async () => {
  const { house, run } = aGate();
  expect(await run()).toMatchObject({ kind: "ended", within: null, takesSlot: true });
  const about = house.log.filter((line) => /hold|write|give back|group/.test(line));
  expect(about.map((line) => line.replace(/ 1-40-1-\d+/, ""))).toEqual([
    "hold",
    "write without a root",
    "write 60",
    "group removed",
    "give back",
  ]);
  expect(house.books.size).toBe(0);
});

test("whoever stays keeps the slot", async () => {
  const kept = aGate({ left: [61] });
  expect(await kept.run({ keep: true })).toMatchObject({ end: { kept: [{ id: { pid: 61 } }] } });
  expect(kept.house.books.size).toBe(1);
});

test("so does who cannot be killed", async () => {
  const stubborn = aGate({ left: [61] });
  const result = await stubborn.run();
  expect(result).toMatchObject({ end: { kept: [], survivors: [{ id: { pid: 61 } }] } });
  expect(stubborn.house.books.size).toBe(1);
});

test("the record says until when it may run, if somebody asked for that", async () => {
  const deadlines: unknown[] = [];
  for (const isTimeoutAskedFor of [true, false]) {
    const { house, ports, run } = aGate();
    const hold = house.hold.bind(house);
    house.hold = (jobId) => {
      const slot = hold(jobId);
      return {
        ...slot,
        write: (record) => void deadlines.push(record.limits.deadlineMs),
        [Symbol.dispose]: () => undefined,
      };
    };
    await run({ isTimeoutAskedFor });
    expect(deadlines.splice(0)).toEqual(
      isTimeoutAskedFor ? [ports.clock.wallMs() + 60_000, ports.clock.wallMs() + 60_000] : [null, null],
    );
  }
});

describe("what fails", () => {
  test("a start gives the slot and the group back", async () => {
    const { house, run } = aGate({ spawnFails: true });
    expect(await run().catch(String)).toContain("posix_spawn");
    expect(house.books.size).toBe(0);
    expect(house.log).toContain("group removed");
  });

  test("a slot that cannot be held leaves no group behind", async () => {
    const { house, run } = aGate();
    house.hold = () => {
      throw new Error("no locks on this file system");
    };
    expect(await run().catch(String)).toContain("no locks");
    expect(house.log).toContain("group removed");
  });

  test("a record that cannot be written is said, and ends nothing", async () => {
    const { house, troubles, run } = aGate();
    house.full = new Error("ENOSPC");
    expect(await run()).toMatchObject({ kind: "ended", end: { ending: { how: "exited", code: 0 } } });
    expect(troubles).toEqual([
      "who it is cannot be put on record: ENOSPC",
      "who it is cannot be put on record: ENOSPC",
    ]);
  });
});

const inside = (depth: number) => ({
  env: { BUN_WATCHDOG_JOB: `${NAMESPACE}-50-1-1`, BUN_WATCHDOG_DEPTH: String(depth) },
});

describe("inside of another job", () => {
  test("it runs in that one's slot", async () => {
    const { house, run } = aGate();
    house.books.set(`${NAMESPACE}-50-1-1`, { record: aRecord(`${NAMESPACE}-50-1-1`), held: true });
    expect(await run({ ...inside(1), maxSlots: 1 })).toMatchObject({
      kind: "ended",
      within: `${NAMESPACE}-50-1-1`,
      takesSlot: false,
    });
  });

  test("as deep as is allowed, and no deeper", async () => {
    expect(await aGate().run(inside(2))).toMatchObject({ kind: "ended" });
    expect(await aGate().run(inside(3))).toMatchObject({
      kind: "refused",
      refusal: { why: "depth", depth: 3 },
    });
  });
});
