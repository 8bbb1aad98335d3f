/** A wrapper that has nothing to do stands still in the kernel, and hears of all that happens to its job. */
import { expect } from "bun:test";
import { CONFIG, fixture, gate, rests, slots } from "../support/gating.ts";
import { scratchProject } from "../support/launch.ts";
import { leftSince, living } from "../support/mechanisms.ts";
import { needs, pidNamespace } from "../support/skip.ts";

const test = needs(pidNamespace);

/** Says so, and stays until it hears the signal, which it answers with its exit code. */
const LISTENER = `process.on("SIGUSR2", () => process.exit(9)); console.log("ready", process.pid); setInterval(() => {}, 1e6);`;

test("a signal to it is passed on", async () => {
  using project = scratchProject(CONFIG);
  await using gated = gate(project, ["-e", LISTENER]);
  await gated.ready();
  await rests(gated.pid);
  gated.kill("SIGUSR2");
  expect(await gated.exited).toBe(9);
});

test("its program's end is its end, with an exit code or by a signal", async () => {
  using project = scratchProject(CONFIG);
  await using ending = gate(project, ["-e", LISTENER]);
  await using dying = gate(project, ["-e", LISTENER]);
  const [[first = 0], [second = 0]] = await Promise.all([ending.ready(), dying.ready()]);
  await Promise.all([rests(ending.pid), rests(dying.pid)]);
  process.kill(first, "SIGUSR2");
  process.kill(second, "SIGKILL");
  expect(await ending.exited).toBe(9);
  await dying.gone;
  expect(dying.signalCode()).toBe("SIGKILL");
  expect(slots()).toEqual([]);
});

test("a timeout ends its rest, and its program", async () => {
  const before = living();
  using project = scratchProject(CONFIG);
  await using gated = gate(project, ["--timeout", "4s", fixture("zoo/z10-own-session.ts")]);
  await gated.ready();
  await rests(gated.pid);
  expect(await gated.exited).toBe(124);
  expect(await leftSince(before)).toEqual([]);
});

test("memory beyond the limit ends its rest, and its program", async () => {
  using project = scratchProject(CONFIG);
  const script = `console.log("ready", process.pid); process.on("SIGUSR2", () => { const taken = []; for (;;) taken.push(new Uint8Array(2e7).fill(1)); }); setInterval(() => {}, 1e6);`;
  await using gated = gate(project, ["--memory", "250M", "-e", script]);
  await gated.ready();
  // with samples to take it rests between them only
  await rests(gated.pid);
  gated.kill("SIGUSR2");
  expect(await gated.exited).toBe(137);
});

test("a limit on CPU is looked after while it rests", async () => {
  using project = scratchProject({ ...CONFIG, maxCpuUsagePercent: 30, cpuHoldMs: 3_000 });
  const script = `console.log("ready", process.pid); process.on("SIGUSR2", () => { for (;;); }); setInterval(() => {}, 1e6);`;
  await using gated = gate(project, ["-e", script]);
  const [program = 0] = await gated.ready();
  await rests(gated.pid);
  process.kill(program, "SIGUSR2");
  expect(await gated.exited).toBe(137);
});
