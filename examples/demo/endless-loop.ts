/** A loop whose end never comes: one whole core, no input, no output. */
import { announce, mustLeave, stayBounded } from "./bounds.ts";

/** Some seconds of turns: the loop itself has to look, its timers never run. */
const LOOK_EVERY_TURNS = 3_000_000_000;

stayBounded();
announce();
for (let turn = 1; ; turn++) {
  if (turn % LOOK_EVERY_TURNS === 0 && mustLeave()) process.exit(0);
}
