/** The plan and every look during the kill must agree on who dies: one rule, asked with two sets of data. */
import { expect, test } from "bun:test";
import { group } from "../../../src/core/judge/group.ts";
import { emptyHistory } from "../../../src/core/judge/history.ts";
import { targetsOf } from "../../../src/core/plan/targets.ts";
import { processKey, type ProcessSample } from "../../../src/core/process/process.ts";
import { rescan } from "../../../src/kill/rescan.ts";
import { aHelper, aProcess, aSelf, aSnapshot } from "../../support/build.ts";
import { Random } from "../../support/random.ts";

const TREES = 2_000;
const FIRST = 1_000;

/** A victim with up to 14 descendants; each in its parent's session or in one of its own; some are dead or protected. */
function aTree(next: () => number) {
  const processes: ProcessSample[] = [aProcess({ pid: FIRST })];
  const protectedPids = new Set<number>();
  const size = 1 + Math.floor(next() * 14);
  for (let pid = FIRST + 1; pid <= FIRST + size; pid++) {
    const parent = processes[Math.floor(next() * processes.length)]!;
    const sid = next() < 0.3 ? pid : parent.sid;
    const make = next() < 0.5 ? aProcess : aHelper;
    const isDead = next() < 0.1;
    processes.push(make({ pid, ppid: parent.id.pid, sid, ...(isDead && { state: "zombie", threads: 1 }) }));
    if (next() < 0.1) protectedPids.add(pid);
  }
  return { processes, protectedPids };
}

const pids = (processes: readonly ProcessSample[]) => processes.map(({ id }) => id.pid);

test("the plan and a look during the kill choose the same processes in 2,000 random trees", () => {
  const random = new Random(12);
  const next = () => random.next();
  let compared = 0;
  for (let at = 0; at < TREES; at++) {
    const { processes, protectedPids } = aTree(next);
    const snapshot = aSnapshot(processes);
    const isProtected = ({ id }: ProcessSample) => protectedPids.has(id.pid);
    const jobs = group(snapshot, emptyHistory, aSelf());
    const job = jobs.find(({ members }) => members.some(({ id }) => id.pid === FIRST))!;
    const plan = targetsOf(processes[0]!, job, jobs, emptyHistory, isProtected);
    const look = { isLiving: () => true, mayKill: (process: ProcessSample) => !isProtected(process) };

    // everything of the tree is one job unless a session of its own parts it: others' members are closed to both
    const own = new Set(pids(job.members));
    const mayKill = (process: ProcessSample) => own.has(process.id.pid) && !isProtected(process);
    const fresh = rescan(snapshot, { ...look, mayKill, members: [processes[0]!], spared: new Set() });
    expect([FIRST, ...pids(fresh.found)]).toEqual(pids(plan.targets));
    const inView = new Set(pids(jobs.flatMap(({ members }) => members)));
    expect(pids(fresh.left).filter((pid) => inView.has(pid))).toEqual(pids(plan.left));

    const spared = new Set(plan.left.map(({ id }) => processKey(id)));
    const again = rescan(snapshot, { ...look, members: plan.targets, spared });
    expect(pids(again.found)).toEqual([]);
    compared += plan.targets.length - 1;
  }
  expect(compared).toBeGreaterThan(TREES);
});
