/** Every metric that there is, in the order in which they are served and explained. */
import type { Metric } from "./metric.ts";
import { APP_METRICS } from "./of-apps.ts";
import { GROUP_METRICS } from "./of-groups.ts";
import { KILL_METRICS } from "./of-kills.ts";
import { LIMIT_METRICS } from "./of-limits.ts";
import { MONITOR_METRICS } from "./of-monitor.ts";
import { TEST_METRICS } from "./of-tests.ts";

export const METRICS: readonly Metric[] = [
  ...MONITOR_METRICS,
  ...LIMIT_METRICS,
  ...GROUP_METRICS,
  ...KILL_METRICS,
  ...APP_METRICS,
  ...TEST_METRICS,
];
