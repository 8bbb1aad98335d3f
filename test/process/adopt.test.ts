/** A job whose launcher was killed is taken over by another process, and is kept and ended as if that had launched it. */
import { expect } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { WatchdogEvent } from "../../src/core/plan/event.ts";
import type { SlotRecord } from "../../src/core/process/slot.ts";
import { adoptJob } from "../../src/launch/adopt.ts";
import type { LaunchedJob } from "../../src/launch/look-after.ts";
import type { JobTerms, LaunchPorts } from "../../src/launch/request.ts";
import type { Gatehouse } from "../../src/ports/gate.ts";
import { systemClock } from "../../src/os/clock.ts";
import { linuxGate } from "../../src/os/linux/gatehouse/gated-jobs.ts";
import { openGatehouse, slotsOf } from "../../src/os/linux/gatehouse/gatehouse.ts";
import { openControl } from "../../src/os/select.ts";
import { descriptorReserve, openContainers, thisProcess } from "../../src/os/select-containers.ts";
import { openFrozenRecord } from "../../src/record/frozen.ts";
import { hasGroups, launch, type Launch } from "../support/launching.ts";
import { isUp, leftSince, living, MECHANISMS } from "../support/mechanisms.ts";
import { requireNamespace } from "../support/namespace.ts";
import { until } from "../support/ready.ts";

const MB = 1_024 ** 2;
const fixture = (name: string): string => resolve(import.meta.dir, "../fixtures", name);
const bun = process.execPath;
const TREE = [bun, fixture("kill/tree.ts")];
const TERMS: JobTerms = {
  limits: { timeoutMs: null, memoryBytes: null, cpu: null },
  graceMs: 300,
  keep: false,
};

requireNamespace();
const control = openControl();
// it is kept once it runs: there before anybody asks who is left
await control.guard();

interface Abandoned {
  readonly record: SlotRecord;
  readonly ports: LaunchPorts;
  readonly events: readonly WatchdogEvent[];
  readonly gatehouse: Gatehouse;
  readonly slots: string;
  readonly adopt: (terms?: Partial<JobTerms>) => Promise<LaunchedJob | null>;
}

/** As the books of its gate have it; its wrapper is dead but for `alive`. */
async function abandoned(job: Launch, alive = false): Promise<Abandoned> {
  await job.root();
  const self = thisProcess();
  const gatehouse = openGatehouse(job.gate);
  const record = gatehouse.slots()[0]?.record;
  if (record === undefined) throw new Error("it is in nobody's books");
  if (!alive) {
    job.wrapper.kill("SIGKILL");
    await job.wrapper.exited;
  }
  const events: WatchdogEvent[] = [];
  const ports: LaunchPorts = {
    gatehouse,
    containers: openContainers(),
    self,
    clock: systemClock,
    reserve: descriptorReserve,
    onTrouble: (trouble) => console.error(trouble),
    forKilling: async () => ({
      control,
      frozen: openFrozenRecord(job.gate, control),
      journal: { write: (event) => void events.push(event) },
    }),
  };
  return {
    record,
    ports,
    events,
    gatehouse,
    slots: slotsOf(job.gate),
    adopt: (terms) => adoptJob(record, "manager", { ...TERMS, ...terms }, ports),
  };
}

async function adopted(from: Abandoned, terms?: Partial<JobTerms>): Promise<LaunchedJob> {
  const job = await from.adopt(terms);
  if (job === null) throw new Error("it is not to be had");
  return job;
}

for (const { mechanism, here } of MECHANISMS.filter((each) => each.mechanism !== "unprivileged")) {
  here(`${mechanism}: its timeout counts from its start, and nothing of it is left`, async () => {
    const before = living();
    await using job = launch(TREE, mechanism);
    await isUp(job);
    const left = await abandoned(job);
    const { ended } = await adopted(left, { limits: { ...TERMS.limits, timeoutMs: 1 } });
    const end = await ended;
    expect(end).toMatchObject({ ending: { how: "timeout", limitMs: 1 }, survivors: [], kept: [] });
    expect(left.events.map(({ type }) => type).filter((type) => type !== "freezing")).toEqual([
      "intent",
      "outcome",
    ]);
    expect(await leftSince(before)).toEqual([]);
    expect(hasGroups(await job.prepared())).toBe(false);
    expect(left.gatehouse.slots()).toEqual([]);
  });

  here(
    `${mechanism}: what its root leaves behind is ended; nobody tells with which code that ended`,
    async () => {
      const before = living();
      const script = 'sleep 1000 & echo "ready $!"; read line < "$1"; exit 3';
      const directory = mkdtempSync(join(tmpdir(), "bun-watchdog-adopt-"));
      const fifo = join(directory, "fifo");
      Bun.spawnSync(["mkfifo", fifo]);
      try {
        await using job = launch(["sh", "-c", script, "sh", fifo], mechanism);
        await isUp(job);
        const left = await abandoned(job);
        const { ended, root } = await adopted(left);
        expect(root).toMatchObject({ pid: left.record.root?.pid ?? 0 });
        writeFileSync(fifo, "go\n");
        const end = await ended;
        expect(end.ending).toEqual({ how: "exited", code: null });
        expect(end.outcomes.map(({ result }) => result.outcome)).toEqual(["gone"]);
        expect(left.events[0]).toMatchObject({ type: "intent", rule: "leftover" });
        expect(await leftSince(before)).toEqual([]);
        expect(hasGroups(await job.prepared())).toBe(false);
      } finally {
        rmSync(directory, { recursive: true });
      }
    },
  );

  here(`${mechanism}: a root that has ended before is an end like any other`, async () => {
    const before = living();
    await using job = launch(["sh", "-c", 'sleep 1000 & echo "ready $!"; exec sleep 1000'], mechanism);
    await isUp(job);
    const left = await abandoned(job);
    process.kill(left.record.root?.pid ?? 0, "SIGKILL");
    expect(await until(() => !left.ports.containers.isAlive(left.record.root ?? left.record.owner))).toBe(
      true,
    );
    const end = await (await adopted(left)).ended;
    expect(end.outcomes.map(({ result }) => result.outcome)).toEqual(["gone"]);
    expect(await leftSince(before)).toEqual([]);
  });

  here(`${mechanism}: its memory limit is kept by whom it was kept by`, async () => {
    const before = living();
    const limits = { ...TERMS.limits, memoryBytes: 250 * MB };
    const script = 'echo ready; until [ -e "$1" ]; do sleep 0.05; done; shift; "$@"; exit 0';
    const directory = mkdtempSync(join(tmpdir(), "bun-watchdog-adopt-"));
    const sign = join(directory, "sign");
    try {
      const bomb = [bun, fixture("launch/bomb.ts")];
      await using job = launch(["sh", "-c", script, "sh", sign, ...bomb], mechanism, { limits });
      await isUp(job);
      const left = await abandoned(job);
      const { ended } = await adopted(left, { limits });
      writeFileSync(sign, "");
      const { ending, survivors } = await ended;
      const by = mechanism === "hybrid" ? "kernel" : "sampling";
      expect(ending).toMatchObject({ how: "memory", by, limitBytes: 250 * MB });
      expect(survivors).toEqual([]);
      expect(await leftSince(before)).toEqual([]);
      expect(hasGroups(await job.prepared())).toBe(false);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  here(`${mechanism}: it has one owner: the living one, and then the one that came first`, async () => {
    const before = living();
    await using job = launch(TREE, mechanism);
    await isUp(job);
    const alive = await abandoned(job, true);
    expect(await alive.adopt()).toBeNull();
    const left = await abandoned(job);
    const { isLookedAfter } = linuxGate();
    const onRecord = (): SlotRecord[] => left.gatehouse.slots().map(({ record }) => record);
    expect(onRecord().map((record) => isLookedAfter(record, left.slots))).toEqual([false]);

    const mine = await adopted(left);
    expect(await left.adopt()).toBeNull();
    expect(onRecord()).toMatchObject([{ owner: { kind: "manager", pid: process.pid } }]);
    // the monitor leaves it to us
    expect(onRecord().map((record) => isLookedAfter(record, left.slots))).toEqual([true]);
    mine.stop("a test has had enough");
    const end = await mine.ended;
    expect(end).toMatchObject({ ending: { how: "stopped" }, survivors: [] });
    expect(onRecord()).toEqual([]);
    expect(await leftSince(before)).toEqual([]);
  });

  here(`${mechanism}: a manager's job takes no slot, and the next manager takes it over`, async () => {
    const before = living();
    await using job = launch(TREE, mechanism, { owner: "manager", counts: false });
    await isUp(job);
    const left = await abandoned(job);
    const { pid } = job.wrapper;
    expect(left.record).toMatchObject({ owner: { kind: "manager", pid }, counts: false });
    expect(left.record.root).toMatchObject(await job.root());
    const mine = await adopted(left);
    expect(left.gatehouse.slots()).toMatchObject([
      { record: { owner: { kind: "manager", pid: process.pid }, counts: false }, held: true },
    ]);
    mine.stop("a test has had enough");
    expect(await mine.ended).toMatchObject({ survivors: [] });
    expect(left.gatehouse.slots()).toEqual([]);
    expect(await leftSince(before)).toEqual([]);
  });

  here(`${mechanism}: signals reach its root, and what cannot be recorded keeps nobody from it`, async () => {
    const before = living();
    const script = 'trap "echo heard; exit 0" USR1; echo ready; while :; do sleep 0.05; done';
    await using job = launch(["sh", "-c", script], mechanism);
    await isUp(job);
    const left = await abandoned(job);
    const troubles: string[] = [];
    const gatehouse: Gatehouse = {
      ...left.gatehouse,
      adopt: (jobId) => {
        const slot = left.gatehouse.adopt(jobId);
        return (
          slot && {
            ...slot,
            write: () => {
              throw new Error("no space");
            },
          }
        );
      },
    };
    const ports = { ...left.ports, gatehouse, onTrouble: (said: string) => void troubles.push(said) };
    const mine = await adoptJob(left.record, "runner", TERMS, ports);
    expect(troubles).toEqual(["who it is cannot be put on record: no space"]);
    expect(mine?.forward("SIGUSR1")).toBe(true);
    expect((await mine?.ended)?.ending).toEqual({ how: "exited", code: null });
    expect(mine?.forward("SIGUSR1")).toBe(false);
    expect(await leftSince(before)).toEqual([]);
  });
}
