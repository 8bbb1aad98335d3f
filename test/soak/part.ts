/** One part of the soak, inside the namespace that run.ts made: part.ts <part> <rounds> <seed>; prints its report. */
import { requireNamespace } from "../support/namespace.ts";
import { appLogRounds } from "./app-logs.ts";
import { floodRound } from "./app-logs-flood.ts";
import { tornRounds } from "./app-logs-torn.ts";
import { historyKillRounds } from "./history-kill.ts";
import { dashboardRounds } from "./dashboard.ts";
import { gateRounds, naiveRound } from "./gate.ts";
import { fuzzRounds } from "./manager-fuzz.ts";
import { isolateRounds } from "./isolate.ts";
import { managerRounds } from "./manager.ts";
import { monitorKillRounds } from "./monitor-kill.ts";
import { pidReuseRounds } from "./pid-reuse.ts";
import { pm2Rounds } from "./pm2.ts";
import { setupRounds } from "./setup.ts";
import { sameRounds, slowerRounds } from "./statistics.ts";

requireNamespace();
const [part = "", rounds, seed] = process.argv.slice(2);
const PARTS = {
  "app-logs": (seconds: number, random: number) =>
    appLogRounds({ seconds, perSecond: 10_000, killEveryMs: 5_000 }, random),
  "app-logs-torn": () => tornRounds(1, 1),
  "app-logs-flood": floodRound,
  "history-kill": historyKillRounds,
  dashboard: dashboardRounds,
  isolate: isolateRounds,
  manager: (seconds: number, random: number) => managerRounds(seconds, random),
  "manager-fuzz": fuzzRounds,
  "monitor-kill": monitorKillRounds,
  "pid-reuse": pidReuseRounds,
  pm2: pm2Rounds,
  setup: setupRounds,
  statistics: sameRounds,
  power: slowerRounds,
  gate: gateRounds,
  "naive-gate": () => naiveRound({ wrappers: 200, slots: 3, kills: 0 }),
} as const;
export type PartName = keyof typeof PARTS;

const isPart = (name: string): name is PartName => name in PARTS;

if (!isPart(part)) throw new Error(`no part "${part}"; there are ${Object.keys(PARTS).join(", ")}`);
console.log(JSON.stringify(await PARTS[part](Number(rounds), Number(seed))));
