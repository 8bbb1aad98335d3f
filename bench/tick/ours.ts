/**
 * usage: bun bench/tick/ours.ts <warm-up ticks> <ticks>: prints the CPU ms of one whole look, of the sampling in it,
 * and how many processes were in view.
 */
import { DEFAULTS } from "../../src/config/defaults.ts";
import { toPolicy } from "../../src/config/policy.ts";
import { emptyHistory, type History } from "../../src/core/history.ts";
import type { Self } from "../../src/core/policy.ts";
import { look } from "../../src/monitor/tick.ts";
import { openSampler } from "../../src/os/select.ts";
import { cpuMs } from "../support/rusage.ts";

const [warmUp = 1, ticks = 1] = process.argv.slice(2).map(Number);
const projectRoot = process.cwd();
const uid = process.getuid?.() ?? -1;
const policy = toPolicy({ ...DEFAULTS, maxConcurrentProcesses: 1_000 }, { projectRoot, home: projectRoot });
const sampler = openSampler({ uid, scope: "user", projectRoot });
const self: Self = {
  uid,
  pid: process.pid,
  ancestors: sampler.ancestors(process.pid),
  gitPid: null,
  hook: false,
  commandPid: null,
};

let history: History = emptyHistory;
let inView = 0;
function tick(): void {
  const now = look(sampler, history, policy, self, { kind: "monitor", full: false });
  history = now.history;
  inView = now.snapshot.processes.size;
}

function cost(run: () => unknown): number {
  const before = cpuMs();
  for (let n = 0; n < ticks; n++) run();
  return (cpuMs() - before) / ticks;
}

for (let n = 0; n < warmUp; n++) tick();
const lookMs = cost(tick);
const sampleMs = cost(() => sampler.sample());
sampler.close();
console.log(JSON.stringify({ lookMs, sampleMs, inView }));
