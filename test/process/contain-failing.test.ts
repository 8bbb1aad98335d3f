/** From the spawn on, whatever fails ends the job: by each mechanism of this machine. */
import { expect } from "bun:test";
import { resolve } from "node:path";
import { hasGroups, launch } from "../support/launching.ts";
import { isUp, leftSince, living, MECHANISMS } from "../support/mechanisms.ts";

const TREE = [process.execPath, resolve(import.meta.dir, "../fixtures/kill/tree.ts")];
const DOUBLE_FORK = [process.execPath, resolve(import.meta.dir, "../fixtures/zoo/z11-double-fork.ts")];

for (const { mechanism, here } of MECHANISMS) {
  here(`${mechanism}: a job that cannot be ended as it should be is killed as it stands`, async () => {
    const before = living();
    await using job = launch(DOUBLE_FORK, mechanism, { limits: { timeoutMs: 1_500 }, fails: "killing" });
    await isUp(job);
    const { end, events } = await job.end();
    expect(end).toMatchObject({ ending: { how: "timeout" }, outcomes: [], survivors: [] });
    expect(job.wrapper.errors.find((line) => line.startsWith('{"trouble"'))).toContain(
      "(no descriptor left): what was left of it was killed",
    );
    expect(events).toEqual([]);
    await job.wrapper.exited;
    expect(await leftSince(before)).toEqual([]);
  });

  here(`${mechanism}: a wrapper that fails as nobody thought of takes its job along`, async () => {
    const before = living();
    await using job = launch(TREE, mechanism, { fails: "everything" });
    await isUp(job);
    process.kill(job.wrapper.pid, "SIGUSR2");
    expect(await job.wrapper.exited).toBe(125);
    expect(job.wrapper.errors.join("\n")).toContain("nobody has thought of this");
    expect(await leftSince(before)).toEqual([]);
  });

  here(`${mechanism}: a program that is not there leaves nothing`, async () => {
    const before = living();
    await using job = launch(["/nowhere/to/be/found"], mechanism);
    expect(await job.wrapper.exited).toBe(1);
    expect(await leftSince(before)).toEqual([]);
    expect(hasGroups(await job.prepared())).toBe(false);
  });
}
