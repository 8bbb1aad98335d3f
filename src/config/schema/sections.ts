/** The parts of the schema that are objects of their own: what is kept, said and looked after besides the limits. */
import * as v from "valibot";
import { ALERT_REASONS } from "../../core/plan/alert.ts";
import { anyOfLeaf, cron, oneOfLeaf, webAddress, wholeLeaf, words, yesOrNo } from "./leaf.ts";

const section = <Entries extends Record<string, v.GenericSchema>>(description: string, entries: Entries) =>
  v.pipe(
    anyOfLeaf(entries),
    v.description(description),
    v.metadata({ allowed: `an object with ${Object.keys(entries).join(", ")}` }),
  );

export const logging = section("The watchdog's own log.", {
  directory: words(4_096, "Where the log is written; relative to the project, ~ is the home directory."),
  level: oneOfLeaf(["error", "warn", "info", "debug"], "The least important line that is written."),
  maxDays: wholeLeaf(1, 3_650, "days", "Log files older than this are removed."),
});

export const breaker = section("Protection against a configuration that would stop everything.", {
  maxKillsPerMinute: wholeLeaf(
    1,
    10_000,
    "victims",
    "Stopping more in one minute makes the watchdog only observe.",
  ),
});

export const historySection = section(
  "The history, kept for this project in the account's state directory.",
  {
    enabled: yesOrNo("Keep what was observed and done, for `report`."),
    maxDays: wholeLeaf(1, 3_650, "days", "What is older is removed by the weekly maintenance."),
  },
);

const schedule = (description: string) => v.nullable(cron(description));

export const maintenance = section(
  "When a running monitor looks after its own records, local time. Missed runs are made up once.",
  {
    daily: schedule("When the summary of the day is written into the log; null = never."),
    weekly: schedule("When old logs are compressed and old logs and history removed; null = never."),
    monthly: schedule("When the month's patterns are reviewed; null = never."),
  },
);

export const alerts = section("Who is told when something is stopped, survives or goes wrong.", {
  webhook: v.nullable(
    webAddress("Receives each alert as JSON, in the form that Slack's incoming webhooks take."),
  ),
  command: v.pipe(
    v.array(words(4_096, "The program, then its arguments.")),
    v.maxLength(100, "must have at most 100 words"),
    v.description("Run for each alert, with it as JSON on standard input (user-level file only)."),
    v.metadata({ allowed: "a list of words: the program and its arguments" }),
  ),
  on: v.pipe(
    v.array(oneOfLeaf(ALERT_REASONS, "What happened.")),
    v.description("What is worth an alert."),
    v.metadata({ allowed: `a list of ${ALERT_REASONS.join(", ")}` }),
  ),
  maxPerHour: wholeLeaf(1, 10_000, "alerts", "What comes beyond this is counted and said in the next one."),
});

/** Below 1024 only root may listen, and what is asked for there is meant for somebody else. */
const [LEAST_PORT, MOST_PORT] = [1_024, 65_535];

export const dashboard = section("The page and the API; they are served on this machine alone.", {
  enabled: yesOrNo("A monitor starts the server of the page with itself, and ends it."),
  port: v.nullable(
    wholeLeaf(
      LEAST_PORT,
      MOST_PORT,
      "a port of 127.0.0.1",
      "Where the page is; null = 7878, or the next that is free (user-level file only).",
    ),
  ),
  socket: v.nullable(
    words(4_096, "Path of a unix socket to serve on instead of a port (user-level file only)."),
  ),
  readWithoutToken: yesOrNo(
    "Everybody on this machine may read, command lines included (user-level file only).",
  ),
  metricsWithoutToken: yesOrNo(
    "Everybody on this machine may read /metrics, which has names of projects and apps and no command lines (user-level file only).",
  ),
});

const DAY_MS = 86_400_000;

export const gate = section("How bun-wrapper admits launches.", {
  maxSlots: v.nullable(
    wholeLeaf(
      1,
      100_000,
      "jobs",
      "Jobs that bun-wrapper lets run at once; null = as maxConcurrentProcesses.",
    ),
  ),
  maxDepth: wholeLeaf(
    0,
    1_000,
    "jobs",
    "How many gated jobs a launch may be inside of: ends hooks that start themselves.",
  ),
  waitMs: v.nullable(
    wholeLeaf(
      0,
      365 * DAY_MS,
      "milliseconds",
      "How long a launch waits for a slot; 0 = not, null = for ever.",
    ),
  ),
  memoryMB: v.nullable(
    wholeLeaf(
      1,
      67_108_864,
      "MiB",
      "Memory of a gated job, all its processes together; null = as maxMemoryUsageMB.",
    ),
  ),
  countUngated: yesOrNo("Jobs in scope that were started without bun-wrapper take slots too."),
});
