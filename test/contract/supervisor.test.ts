/** One contract for apps, over every way in which this machine can hold one (test/vm plays it on cgroup v2 with its controllers). */
import { expect } from "bun:test";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { MECHANISMS } from "../support/mechanisms.ts";

const NOBODY = 65_534;
const AS_NOBODY = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
const PLAY = resolve(import.meta.dir, "../fixtures/supervisor/play.ts");
const HELD: Readonly<Record<string, RegExp>> = {
  hybrid: /^set later: hybrid, kernel, .*"limit":50.*"limit":100/mu,
  marker: /^set later: process-group, sampled \(/mu,
  unprivileged: /^set later: process-group, sampled \(/mu,
};

for (const { mechanism, here } of MECHANISMS)
  here(
    `${mechanism}: apps are started, limited, told of and ended as the contract says`,
    async () => {
      const home = mkdtempSync(join(tmpdir(), "bun-watchdog-home-"));
      const isNobody = mechanism === "unprivileged";
      if (isNobody) chownSync(home, NOBODY, NOBODY);
      try {
        const child = Bun.spawn(
          [
            ...(isNobody ? AS_NOBODY : []),
            process.execPath,
            PLAY,
            ...(mechanism === "marker" ? ["cgroup2", "hybrid"] : []),
          ],
          {
            env: { ...process.env, HOME: home, XDG_STATE_HOME: home, TMPDIR: home },
            stdout: "pipe",
            stderr: "pipe",
          },
        );
        const [said, errors] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
        const wrong = said.split("\n").filter((line) => line !== "" && !line.startsWith("ok "));
        expect(
          wrong.filter((line) => !/^(?:memory|set later): /u.test(line)),
          errors,
        ).toEqual([]);
        expect(said).toMatch(HELD[mechanism] ?? "");
        expect(said.match(/^ok /gmu)?.length).toBeGreaterThan(15);
        expect(child.exitCode).toBe(0);
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    },
    120_000,
  );
