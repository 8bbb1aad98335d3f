/**
 * usage: bun bench/inside.ts <measurement> [--smoke]: one measurement, inside the PID namespace that run.ts made for it.
 * The last line on standard output is the section as JSON; progress goes to standard error.
 */
import { requireNamespace } from "../test/support/namespace.ts";
import { appLogs } from "./measure/app-logs.ts";
import { benchCommands } from "./measure/bench.ts";
import { breachToDead } from "./measure/breach-to-dead.ts";
import { isolateTests } from "./measure/isolate.ts";
import { managers } from "./measure/managers.ts";
import { report } from "./measure/report.ts";
import { history } from "./measure/history.ts";
import { dashboard } from "./measure/dashboard.ts";
import { gate } from "./measure/gate.ts";
import { resident } from "./measure/resident.ts";
import { runtime } from "./measure/runtime.ts";
import { startup } from "./measure/startup.ts";
import { tickCpu } from "./measure/tick-cpu.ts";
import { verdicts } from "./measure/verdicts.ts";
import { waiting } from "./measure/waiting.ts";
import type { Measurement } from "./section.ts";

const MEASUREMENTS: Readonly<Record<string, Measurement>> = {
  "tick-cpu": tickCpu,
  resident,
  "breach-to-dead": breachToDead,
  startup,
  report,
  history,
  gate,
  waiting,
  "app-logs": appLogs,
  managers,
  isolate: isolateTests,
  bench: benchCommands,
  runtime,
  verdicts,
  dashboard,
};

requireNamespace();
const [name = "", ...flags] = process.argv.slice(2);
const measurement = MEASUREMENTS[name];
if (measurement === undefined)
  throw new Error(`No measurement "${name}". There are ${Object.keys(MEASUREMENTS).join(", ")}.`);
const section = await measurement({
  smoke: flags.includes("--smoke"),
  progress: (what) => console.error(`bench ${name}: ${what}`),
});
console.log(JSON.stringify(section));
process.exit(0);
