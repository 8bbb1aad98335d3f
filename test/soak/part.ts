/** One part of the soak, inside the namespace that run.ts made: part.ts <part> <rounds> <seed>; prints its report. */
import { requireNamespace } from "../support/namespace.ts";
import { monitorKillRounds } from "./monitor-kill.ts";
import { pidReuseRounds } from "./pid-reuse.ts";

requireNamespace();
const [part, rounds, seed] = process.argv.slice(2);
const play = part === "monitor-kill" ? monitorKillRounds : pidReuseRounds;
console.log(JSON.stringify(await play(Number(rounds), Number(seed))));
