/** One part of the soak, inside the namespace that run.ts made: part.ts <part> <rounds> <seed>; prints its report. */
import { requireNamespace } from "../support/namespace.ts";
import { gateRounds, naiveRound } from "./gate.ts";
import { monitorKillRounds } from "./monitor-kill.ts";
import { pidReuseRounds } from "./pid-reuse.ts";

requireNamespace();
const [part, rounds, seed] = process.argv.slice(2);
const PARTS = {
  "monitor-kill": monitorKillRounds,
  "pid-reuse": pidReuseRounds,
  gate: gateRounds,
  "naive-gate": () => naiveRound({ wrappers: 200, slots: 3, kills: 0 }),
} as const;
const play = Object.entries(PARTS).find(([name]) => name === part)?.[1];
if (play === undefined) throw new Error(`There is no part "${part}".`);
console.log(JSON.stringify(await play(Number(rounds), Number(seed))));
