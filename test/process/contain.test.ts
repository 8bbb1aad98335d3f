/** What the zoo's escape artists leave behind when they were launched: nothing, by each mechanism of this machine. */
import { expect } from "bun:test";
import { resolve } from "node:path";
import { hasGroups, launch } from "../support/launching.ts";
import { isUp, leftSince, living, MECHANISMS } from "../support/mechanisms.ts";

const fixture = (name: string): string => resolve(import.meta.dir, "../fixtures", name);
const bun = process.execPath;

/** A shell that stays, so that the job goes on when the program replaces itself. */
const staying = (...argv: readonly string[]): readonly string[] => [
  "sh",
  "-c",
  '"$@"; exec sleep 1000',
  "sh",
  ...argv,
];

const ZOO: readonly (readonly [string, readonly string[]])[] = [
  ["Z07, deaf", [bun, fixture("zoo/z07-ignores-signals.ts")]],
  ["Z08, starts itself again at SIGTERM", [bun, fixture("zoo/z08-respawns-itself.ts")]],
  ["Z10, a child in its own session", [bun, fixture("kill/tree.ts")]],
  ["Z11, double fork, scrubbed environment", [bun, fixture("zoo/z11-double-fork.ts")]],
  ["Z11, the same and not Bun", [bun, fixture("zoo/z11-double-fork.ts"), "/bin/sleep", "1000"]],
  ["Z12, refills its children", [bun, fixture("zoo/z12-forker.ts")]],
  ["Z13, hydra", staying(bun, fixture("zoo/z13-hydra.ts"))],
];

for (const { mechanism, here } of MECHANISMS) {
  here.each(ZOO.map(([name, argv]) => [mechanism, name, argv] as const))(
    "%s: %s: nothing is left after the timeout",
    async (_mechanism, _name, argv) => {
      const before = living();
      await using job = launch(argv, mechanism, { limits: { timeoutMs: 1_500 } });
      await isUp(job);
      const { end, events } = await job.end();
      expect(end.survivors).toEqual([]);
      expect(end.ending).toMatchObject({ how: "timeout", limitMs: 1_500 });
      expect(end.outcomes.length).toBeGreaterThan(0);
      expect(await job.wrapper.exited).toBe(0);
      expect(await leftSince(before)).toEqual([]);
      expect(hasGroups(await job.prepared())).toBe(false);
      expect(events.map(({ type }) => type).filter((type) => type !== "freezing")).toEqual([
        "intent",
        "outcome",
      ]);
    },
  );
}
