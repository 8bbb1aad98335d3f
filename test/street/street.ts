/** Who lives in the street. */
import type { Neighbour, Runaway } from "./neighbour.ts";
import { daemons } from "./neighbours/daemons.ts";
import { finite } from "./neighbours/finite.ts";
import { servers } from "./neighbours/servers.ts";
import { stdioServers } from "./neighbours/stdio.ts";
import { workers } from "./neighbours/workers.ts";
import { runaways } from "./runaways.ts";

export const neighbours: readonly Neighbour[] = [
  ...servers,
  ...stdioServers,
  ...workers,
  ...daemons,
  ...finite,
];
export { runaways };

export type Resident = Neighbour | Runaway;
export const residents: readonly Resident[] = [...neighbours, ...runaways];
