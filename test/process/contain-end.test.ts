/** How a launched job ends when nobody breaks a limit: by itself, at a request, or with its wrapper. */
import { expect } from "bun:test";
import { resolve } from "node:path";
import { openContainers } from "../../src/os/select-containers.ts";
import { hasGroups, launch } from "../support/launching.ts";
import { isUp, leftSince, living, MECHANISMS } from "../support/mechanisms.ts";
import { isAlive, readStat } from "../support/proc.ts";
import { until } from "../support/ready.ts";
import { killAll } from "../support/sampling.ts";

const fixture = (name: string): string => resolve(import.meta.dir, "../fixtures", name);
const bun = process.execPath;
/** The root ends; a child that scrubbed its environment and left the session, and one that did not, stay. */
const LEAVES_TWO = ["sh", "-c", 'sleep 1000 & setsid env -i /bin/sleep 1000 & echo "ready $!"; exit 3'];

for (const { mechanism, here } of MECHANISMS) {
  here(`${mechanism}: what the root leaves behind is ended`, async () => {
    const before = living();
    await using job = launch(LEAVES_TWO, mechanism);
    const { end, events } = await job.end();
    expect(end.ending).toEqual({ how: "exited", code: 3 });
    expect(end.outcomes.map(({ result }) => result.outcome)).toEqual(["gone", "gone"]);
    expect(events[0]).toMatchObject({ type: "intent", rule: "leftover" });
    await job.wrapper.exited;
    expect(await leftSince(before)).toEqual([]);
    expect(hasGroups(await job.prepared())).toBe(false);
  });

  here(`${mechanism}: unless it is to be kept`, async () => {
    const before = living();
    await using job = launch(LEAVES_TWO, mechanism, { keep: true });
    const { end } = await job.end();
    try {
      expect(end.kept).toHaveLength(2);
      // the shell's child may still have been the shell when it was named
      expect(await until(() => end.kept.every(({ id }) => readStat(id.pid)?.comm === "sleep"))).toBe(true);
      expect(end.outcomes).toEqual([]);
      await job.wrapper.exited;
      expect(end.kept.every(({ id }) => isAlive(id))).toBe(true);
    } finally {
      killAll(end.kept.map(({ id }) => id.pid));
      const { jobId, place } = await job.prepared();
      await leftSince(before);
      using remains = await openContainers().reopen(jobId, place);
      expect(remains.members()).toEqual([]);
    }
  });

  here(`${mechanism}: a signal's death is told from an exit`, async () => {
    await using job = launch(["sh", "-c", "kill -USR1 $$"], mechanism);
    expect((await job.end()).end.ending).toEqual({ how: "signaled", signal: "SIGUSR1" });
  });

  here(`${mechanism}: a request ends all of it`, async () => {
    const before = living();
    await using job = launch([bun, fixture("kill/tree.ts")], mechanism);
    await isUp(job);
    job.wrapper.kill("SIGTERM");
    const { end, events } = await job.end();
    expect(end.ending).toEqual({ how: "stopped", evidence: "the wrapper was told to end" });
    expect(events[0]).toMatchObject({ type: "intent", rule: "request" });
    await job.wrapper.exited;
    expect(await leftSince(before)).toEqual([]);
    expect(hasGroups(await job.prepared())).toBe(false);
  });

  here(`${mechanism}: the wrapper is killed, and its job is found by the next one`, async () => {
    const before = living();
    await using job = launch([bun, fixture("kill/tree.ts")], mechanism);
    const pids = await isUp(job);
    const { jobId, place } = await job.prepared();

    job.wrapper.kill("SIGKILL");
    await job.wrapper.exited;
    using remains = await openContainers().reopen(jobId, place);
    expect(remains.members().map(({ pid }) => pid)).toEqual(pids.toSorted((a, b) => a - b));

    if (!remains.killAll()) killAll(pids);
    expect(await until(() => remains.members().length === 0)).toBe(true);
    remains[Symbol.dispose]();
    expect(await leftSince(before)).toEqual([]);
    expect(hasGroups(await job.prepared())).toBe(false);
  });
}
