/** Who holds the gate's lock does not stand still with it. */
import { expect } from "bun:test";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fixture } from "../support/gating.ts";
import { readStat } from "../support/proc.ts";
import { until } from "../support/ready.ts";
import { linux, needs } from "../support/skip.ts";

const test = needs(linux);

test("Ctrl-Z is put off while the lock is held, and stops again afterwards", async () => {
  const directory = join(mkdtempSync(join(tmpdir(), "gate-")), "gate");
  await using holder = Bun.spawn([process.execPath, fixture("gate/hold-gate.ts"), directory], {
    stdin: "pipe",
    stdout: "pipe",
    killSignal: "SIGKILL",
  });
  let said = "";
  const reading = (async () => {
    for await (const text of holder.stdout.pipeThrough(new TextDecoderStream())) said += text;
  })();
  expect(await until(() => said.includes("ready "), 20_000)).toBe(true);
  process.kill(holder.pid, "SIGTSTP");
  await holder.stdin.write("go\n");
  expect(await until(() => said.includes("let go"), 10_000)).toBe(true);
  process.kill(holder.pid, "SIGTSTP");
  expect(await until(() => readStat(holder.pid)?.state === "T", 10_000)).toBe(true);
  holder.kill("SIGKILL");
  await reading;
});
