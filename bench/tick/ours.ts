/**
 * usage: bun bench/tick/ours.ts <warm-up ticks> <ticks>: prints the CPU ms of one whole look, of the sampling in it, of
 * one while more jobs run than are allowed (only the monitor that observes stays in that state), and how many
 * processes were in view. As in a monitor each look is folded into the history; its rows are written
 * every ten minutes by another process.
 */
import { DEFAULTS } from "../../src/config/schema/defaults.ts";
import { toPolicy } from "../../src/config/schema/policy.ts";
import { beginChronicle, observe } from "../../src/history/chronicle/chronicle.ts";
import { emptyHistory, type History } from "../../src/core/judge/history.ts";
import type { Policy, Self } from "../../src/core/judge/policy.ts";
import { look } from "../../src/monitor/tick.ts";
import { openSampler } from "../../src/os/select.ts";
import { cpuMs } from "../support/rusage.ts";

const [warmUp = 1, ticks = 1] = process.argv.slice(2).map(Number);
const SETTLE_MS = 5_500;
const projectRoot = process.cwd();
const uid = process.getuid?.() ?? -1;
const context = { projectRoot, home: projectRoot };
// a benchmark is longer than the five minutes that a job may take by default
const within = toPolicy({ ...DEFAULTS, maxConcurrentProcesses: 1_000, processTimeoutMs: 3_600_000 }, context);
const over = toPolicy({ ...DEFAULTS, maxConcurrentProcesses: 3 }, context);
const sampler = openSampler({ uid, scope: "user", projectRoot });
const self: Self = {
  uid,
  pid: process.pid,
  ancestors: sampler.ancestors(process.pid),
  gitPid: null,
  hook: false,
};

let history: History = emptyHistory;
let chronicle = beginChronicle();
let inView = 0;
function tick(policy: Policy): void {
  const now = look(sampler, history, policy, self, { kind: "monitor", full: false });
  history = now.history;
  const { atMs, monotonicMs, machine } = now.snapshot;
  ({ chronicle } = observe(chronicle, { atMs, monotonicMs, machine, history, judgement: now.judgement }));
  inView = now.snapshot.processes.size;
}

function cost(run: () => unknown): number {
  const before = cpuMs();
  for (let n = 0; n < ticks; n++) run();
  return (cpuMs() - before) / ticks;
}

// ticks are seconds apart in reality, and pids need a moment to settle (os/linux/sample/frontier.ts): one real pause
tick(within);
await Bun.sleep(SETTLE_MS);
for (let n = 0; n < warmUp; n++) tick(within);
const lookMs = cost(() => tick(within));

const sampleMs = cost(() => sampler.sample());
const overMs = cost(() => tick(over));
sampler.close();
console.log(JSON.stringify({ lookMs, sampleMs, overMs, inView }));
