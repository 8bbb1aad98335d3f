import { expect, test } from "bun:test";
import { VARIABLES, environmentValues, unknownVariables } from "../../../src/config/environment.ts";

const read = (env: Record<string, string>): unknown =>
  environmentValues(env).map(({ path, value }) => [path.join("."), value]);

test("there is a variable for every key with a single value", () => {
  expect(VARIABLES.map(({ name }) => name)).toEqual([
    "BUN_WATCHDOG_MAX_CONCURRENT_PROCESSES",
    "BUN_WATCHDOG_MAX_CPU_USAGE_PERCENT",
    "BUN_WATCHDOG_MAX_MEMORY_USAGE_MB",
    "BUN_WATCHDOG_PROCESS_TIMEOUT_MS",
    "BUN_WATCHDOG_MONITORING_INTERVAL_MS",
    "BUN_WATCHDOG_MODE",
    "BUN_WATCHDOG_SCOPE",
    "BUN_WATCHDOG_KILL_GRACE_MS",
    "BUN_WATCHDOG_CONCURRENCY_MIN_AGE_MS",
    "BUN_WATCHDOG_CPU_HOLD_MS",
    "BUN_WATCHDOG_ARM_TICKS",
    "BUN_WATCHDOG_DEFAULT_RULES",
    "BUN_WATCHDOG_LOGGING_DIRECTORY",
    "BUN_WATCHDOG_LOGGING_LEVEL",
    "BUN_WATCHDOG_LOGGING_MAX_DAYS",
    "BUN_WATCHDOG_BREAKER_MAX_KILLS_PER_MINUTE",
    "BUN_WATCHDOG_HISTORY_ENABLED",
    "BUN_WATCHDOG_HISTORY_MAX_DAYS",
    "BUN_WATCHDOG_MAINTENANCE_DAILY",
    "BUN_WATCHDOG_MAINTENANCE_WEEKLY",
    "BUN_WATCHDOG_MAINTENANCE_MONTHLY",
    "BUN_WATCHDOG_ALERTS_WEBHOOK",
    "BUN_WATCHDOG_ALERTS_MAX_PER_HOUR",
    "BUN_WATCHDOG_GATE_MAX_SLOTS",
    "BUN_WATCHDOG_GATE_MAX_DEPTH",
    "BUN_WATCHDOG_GATE_WAIT_MS",
    "BUN_WATCHDOG_GATE_MEMORY_MB",
    "BUN_WATCHDOG_GATE_COUNT_UNGATED",
    "BUN_WATCHDOG_DASHBOARD_ENABLED",
    "BUN_WATCHDOG_DASHBOARD_PORT",
    "BUN_WATCHDOG_DASHBOARD_SOCKET",
    "BUN_WATCHDOG_DASHBOARD_READ_WITHOUT_TOKEN",
    "BUN_WATCHDOG_DASHBOARD_METRICS_WITHOUT_TOKEN",
    "BUN_WATCHDOG_ENFORCE_COMPILED",
    "BUN_WATCHDOG_ENFORCE_NESTED",
  ]);
});

test.each([
  [{ BUN_WATCHDOG_MAX_CONCURRENT_PROCESSES: "5" }, [["maxConcurrentProcesses", 5]]],
  [{ BUN_WATCHDOG_MAX_CPU_USAGE_PERCENT: "12.5" }, [["maxCpuUsagePercent", 12.5]]],
  [{ BUN_WATCHDOG_PROCESS_TIMEOUT_MS: "off" }, [["processTimeoutMs", null]]],
  [{ BUN_WATCHDOG_ARM_TICKS: "0x10" }, [["armTicks", "0x10"]]],
  [{ BUN_WATCHDOG_ARM_TICKS: "" }, []],
  [{ BUN_WATCHDOG_DEFAULT_RULES: "0" }, [["defaultRules", false]]],
  [{ BUN_WATCHDOG_DEFAULT_RULES: "toString" }, [["defaultRules", "toString"]]],
  [{ BUN_WATCHDOG_LOGGING_LEVEL: " debug " }, [["logging.level", "debug"]]],
  [{ PATH: "/bin" }, []],
])("%j", (env, expected) => {
  expect(read(env as Record<string, string>)).toEqual(expected);
});

test("a variable that changes nothing is warned about; what programs of ours tell each other is not", () => {
  const env = {
    BUN_WATCHDOG_MAX_CPU_USAGE: "3",
    BUN_WATCHDOG_PROTECT: "dev",
    BUN_WATCHDOG_ALERTS_ON: "kill",
    BUN_WATCHDOG_XYZZY: "1",
    BUN_WATCHDOG_TEST_OUTER_PIDNS: "x",
    BUN_WATCHDOG_KEPT_BUN_OPTIONS: "x",
    BUN_WATCHDOG_BACKEND: "portable",
    BUN_WATCHDOG_EMPTY: "",
    HOME: "/",
  };
  expect(unknownVariables(env)).toEqual([
    "BUN_WATCHDOG_MAX_CPU_USAGE is not a variable that is known; did you mean BUN_WATCHDOG_MAX_CPU_USAGE_PERCENT?",
    "BUN_WATCHDOG_PROTECT is not used: protect is set in a file",
    "BUN_WATCHDOG_ALERTS_ON is not used: alerts.on is set in a file",
    "BUN_WATCHDOG_XYZZY is not a variable that is known, and is not used",
  ]);
});
