/** A dead process whose tracer takes no note of it is dead all the same, and it is said who has to take note. */
import { expect } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { openPin } from "../../src/os/linux/pin/pin.ts";
import { ProcFiles } from "../../src/os/linux/proc/proc-files.ts";
import { livingId, processId } from "../../src/os/linux/proc/process-id.ts";
import { launch } from "../support/launching.ts";
import { isUp, MECHANISMS } from "../support/mechanisms.ts";
import { startChild } from "../support/sampling.ts";
import { until } from "../support/ready.ts";
import { needs, pidNamespace } from "../support/skip.ts";

const tracing = resolve(import.meta.dir, "../fixtures/kill/tracer.ts");
const idling = ["-e", 'console.log("ready"); setInterval(() => {}, 1_000)'];

needs(pidNamespace)("all that is left of it are threads that its tracer has to take note of", async () => {
  await using victim = startChild([process.execPath, ...idling]);
  expect(await until(() => victim.lines.length > 0)).toBe(true);
  await using tracer = startChild([process.execPath, tracing, String(victim.pid)], { stderr: "pipe" });
  expect({ isUp: await until(() => tracer.lines.length > 0), errors: tracer.errors }).toMatchObject({
    isUp: true,
  });
  const id = processId(victim.pid);
  using proc = new ProcFiles();
  const pin = id === null ? "gone" : openPin(proc, id);
  if (typeof pin === "string") throw new Error(pin);
  expect(await pin.exited(100)).toBe(false);
  pin.send("SIGKILL");
  expect(await pin.exited(20_000)).toBe(true);
  expect(pin.status()).toMatchObject({ state: "zombie", threads: 1, tracer: tracer.pid });
  expect(livingId(victim.pid)).toBeNull();
  pin[Symbol.dispose]();
});

/** A signal would stop it: its tracer would have to pass that on. */
const ending = (path: string): string =>
  `console.log("ready", process.pid); setInterval(() => require("fs").existsSync(${JSON.stringify(path)}) && process.exit(3), 20)`;

for (const { mechanism, here } of MECHANISMS) {
  for (const how of ["it ends by itself", "it is ended"] as const)
    here(
      `${mechanism}: a job whose tracer takes no note of its end is over all the same: ${how}`,
      async () => {
        const sign = join(tmpdir(), `bun-watchdog-traced-${process.pid}-${mechanism}`);
        rmSync(sign, { force: true });
        await using job = launch([process.execPath, "-e", ending(sign)], mechanism);
        await isUp(job);
        const { pid } = await job.root();
        await using tracer = startChild([process.execPath, tracing, String(pid)]);
        expect(await until(() => tracer.lines.length > 0)).toBe(true);
        if (how === "it is ended") job.wrapper.kill("SIGTERM");
        else writeFileSync(sign, "");
        const { end } = await job.end();
        await job.wrapper.exited;
        expect(end.survivors).toEqual([]);
        if (how === "it is ended")
          expect(end.outcomes.map(({ result }) => result)).toMatchObject([
            { outcome: "zombie", tracer: tracer.pid },
          ]);
        else {
          expect(end.ending).toEqual({ how: "exited", code: 3 });
          expect(job.wrapper.errors.join("\n")).toContain(`(pid ${tracer.pid}), which traces it`);
        }
      },
    );
}
