/** A dead process whose tracer takes no note of it is dead all the same, and it is said who has to take note. */
import { expect } from "bun:test";
import { resolve } from "node:path";
import { openPin } from "../../src/os/linux/pin.ts";
import { ProcFiles } from "../../src/os/linux/proc-files.ts";
import { livingId, processId } from "../../src/os/linux/process-id.ts";
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
