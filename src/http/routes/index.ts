/** Every route. A group of them is a file beside this one. */
import type { Route } from "../route.ts";
import { APPS } from "./apps.ts";
import { BENCHMARKS } from "./benchmarks.ts";
import { CONFIG } from "./config.ts";
import { HISTORY } from "./history.ts";
import { METRICS_ROUTES } from "./metrics.ts";
import { PROCESSES } from "./processes.ts";
import { RUNTIME } from "./runtime.ts";
import { SYSTEM } from "./system.ts";

export const ROUTES: readonly Route[] = [
  ...SYSTEM,
  ...PROCESSES,
  ...METRICS_ROUTES,
  ...RUNTIME,
  ...HISTORY,
  ...CONFIG,
  ...APPS,
  ...BENCHMARKS,
];
