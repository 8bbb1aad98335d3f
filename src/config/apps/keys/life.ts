/**
 * These keys say how long an app lives: restarts, limits, readiness, its end, and what makes it start anew.
 */
import {
  cpuPercent,
  either,
  type ValueKind,
  oneWord,
  textValue,
  record,
  Refusal,
  size,
  span,
  texts,
  wholeNumber,
  yesNo,
} from "../kind.ts";
import { CRON_FORM } from "../../schema/cron-form.ts";
import { PATTERN_FORM, patternProblem } from "../../schema/pattern-problem.ts";
import { ofOurs, ofPm2 } from "./key.ts";
import { messageOf } from "../../../text/system-error.ts";

const exitCodes: ValueKind<readonly number[]> = {
  allowed: "an exit code from 0 to 255, or a list of them",
  schema: {
    anyOf: [
      { type: "integer" },
      { type: "string" },
      { type: "array", items: { type: ["integer", "string"] } },
    ],
  },
  read: (value) => {
    const list: readonly unknown[] = Array.isArray(value)
      ? value
      : typeof value === "string"
        ? value.split(/[\s,]+/u).filter((word) => word !== "")
        : [value];
    const codes: number[] = [];
    for (const [index, each] of list.entries()) {
      const code = wholeNumber(0, 255, "an exit code").read(each);
      if (code instanceof Refusal) return Array.isArray(value) ? new Refusal(code.why, [index]) : code;
      codes.push(code);
    }
    return codes;
  },
};

const SIGNALS = ["SIGTERM", "SIGINT", "SIGQUIT", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGKILL"] as const;

const signal: ValueKind<(typeof SIGNALS)[number]> = {
  allowed: SIGNALS.join(", "),
  schema: { enum: SIGNALS.flatMap((name) => [name, name.slice(3)]) },
  read: (value) => {
    const name = typeof value === "string" ? value.toUpperCase() : "";
    return oneWord(...SIGNALS).read(name.startsWith("SIG") ? name : `SIG${name}`);
  },
};

/** false: there is no cron expression. PM2 takes 0 for that. */
const cronText: ValueKind<string | false> = {
  allowed: 'a cron expression in local time, such as "0 3 * * *" (every day at 3:00), or false',
  schema: {
    type: ["string", "boolean", "integer"],
    pattern: String.raw`^\s*(?:@[A-Za-z]+|0|[\d*,/\-a-zA-Z#?]+(?:\s+[\d*,/\-a-zA-Z#?]+){4,5})?\s*$`,
  },
  read: (value) => {
    if (value === false || value === 0 || value === "0" || value === "") return false;
    if (typeof value !== "string") return new Refusal("is not a text");
    const fields = (NICKNAMES.get(value.trim().toLowerCase()) ?? value).trim().split(/\s+/u);
    if (!CRON_FORM.test(fields.join(" "))) return new Refusal("is not a cron expression");
    const why = cronProblem(fields);
    return why === null ? fields.join(" ") : new Refusal(why);
  },
};

/** What no clock shows is said now, and not in the log of the manager. */
function cronProblem(fields: readonly string[]): string | null {
  // seconds have the range of minutes
  const seconds = fields.length === 6 ? [`${fields[0]} * * * *`] : [];
  try {
    const times = [...seconds, fields.slice(-5).join(" ")].map((each) => Bun.cron.parse(each));
    return times.includes(null) ? "is a time that never comes" : null;
  } catch (error) {
    return `is not a cron expression (${messageOf(error)})`;
  }
}

const NICKNAMES: ReadonlyMap<string, string> = new Map([
  ["@yearly", "0 0 1 1 *"],
  ["@annually", "0 0 1 1 *"],
  ["@monthly", "0 0 1 * *"],
  ["@weekly", "0 0 * * 0"],
  ["@daily", "0 0 * * *"],
  ["@midnight", "0 0 * * *"],
  ["@hourly", "0 * * * *"],
]);

/** A regular expression, without slashes. */
const patternText: ValueKind<string> = {
  allowed: "a JavaScript regular expression, without slashes",
  schema: { type: "string", minLength: 1, format: "regex", pattern: PATTERN_FORM },
  read: (value) => {
    const text = textValue.read(value);
    const problem = text instanceof Refusal ? null : patternProblem(text);
    return problem === null ? text : new Refusal(`is not a regular expression: ${problem}`);
  },
};

const webUrl: ValueKind<string> = {
  allowed: "an address that begins with http:// or https://",
  schema: { type: "string", pattern: "^[hH][tT][tT][pP][sS]?://" },
  read: (value) =>
    typeof value === "string" && /^https?:\/\//iu.test(value) && URL.canParse(value)
      ? value
      : new Refusal("is not a web address"),
};

const ready = either(
  '"start", "message", a port, or an object such as { "port": 3000 }, { "http": "http://localhost:3000/health" }, { "log": "listening" }, with "timeout"',
  record('{ "port": 3000, "timeout": "30s" }', {
    port: wholeNumber(1, 65_535, "a port"),
    host: textValue,
    http: webUrl,
    log: patternText,
    message: yesNo,
    timeout: span(1),
  }),
  either('"start", "message", or a port', oneWord("start", "message"), wholeNumber(1, 65_535, "a port")),
);

const MIB = 1_048_576;
/** A number below a megabyte was surely meant as a number of megabytes. */
const memory = size(MIB);
const threads = wholeNumber(2, 1_000_000, "threads of all its processes");
const globs = texts("names of folders, globs or absolute paths", (text) => [text]);

export const lifeKeys = {
  restart_policy: ofOurs(
    oneWord("always", "on-failure", "no"),
    "When it is started again: always (the default), on-failure (not after exit code 0), no.",
    ["restart"],
  ),
  autorestart: ofPm2("autorestart", yesNo, "false: it is not started again when it ends."),
  stop_exit_codes: ofPm2("stop_exit_codes", exitCodes, "Exit codes after which it stays down."),
  min_uptime: ofPm2(
    "min_uptime",
    span(0),
    "Who ran at least this long was up: failures before that are forgotten.",
    {
      differs: "10 s where nothing is said; PM2 takes 1 s.",
    },
  ),
  max_restarts: ofPm2(
    "max_restarts",
    wholeNumber(0, 1_000_000, "restarts"),
    "Restarts in a row, none of them up for min_uptime, before it is tried at long intervals only.",
    { differs: "It is then tried again every few minutes; PM2 gives up for good." },
  ),
  restart_delay: ofPm2(
    "restart_delay",
    span(0),
    "A fixed wait before each restart, instead of the growing one.",
  ),
  exp_backoff_restart_delay: ofPm2(
    "exp_backoff_restart_delay",
    span(0),
    "The first wait of those that grow.",
    {
      differs: "Waits grow by themselves, and are spread at random; this sets where they begin.",
    },
  ),
  backoff: ofOurs(
    record('{ "first": "100ms", "max": "15s" }', { first: span(0), max: span(0) }),
    "Waits before restarts: the n-th is anything up to first × 2ⁿ, and never more than max.",
  ),
  max_memory: ofPm2("max_memory_restart", memory, "Memory of one instance with all that it starts.", {
    also: ["max_memory_restart"],
    differs: "The kernel keeps it where it can, at once; PM2 looks every 30 s.",
  }),
  max_cpu_percent: ofOurs(
    cpuPercent,
    "CPU of one instance with all that it starts; 100 = one core. Where the kernel keeps it, it waits.",
    ["max_cpu"],
  ),
  max_threads: ofOurs(
    threads,
    "Threads of all processes of one instance; one more is refused by the kernel.",
    ["max_processes", "max_pids"],
  ),
  limits: ofOurs(
    record('{ "memory": "512M", "cpu_percent": 50, "threads": 64 }', {
      memory,
      cpu_percent: cpuPercent,
      threads,
    }),
    "The three limits in one object.",
  ),
  kill_timeout: ofPm2(
    "kill_timeout",
    span(0),
    "From the stop signal to SIGKILL for all of it; 10 s otherwise.",
    {
      also: ["stop_timeout"],
      differs: "10 s where nothing is said; PM2 takes 1.6 s.",
    },
  ),
  kill_signal: ofPm2("kill_signal", signal, "The signal that asks it to stop.", {
    also: ["stop_signal"],
    differs: "SIGTERM where nothing is said; PM2 takes SIGINT.",
  }),
  shutdown_with_message: ofPm2(
    "shutdown_with_message",
    yesNo,
    'It is asked to stop by the message "shutdown" over IPC.',
  ),
  treekill: ofPm2("treekill", yesNo, "false: what its main process leaves behind stays."),
  wait_ready: ofPm2("wait_ready", yesNo, 'It is ready once it says process.send("ready").'),
  listen_timeout: ofPm2("listen_timeout", span(1), "How long it may take to be ready.", {
    differs: "30 s where nothing is said; PM2 takes 3 s. An app that is not ready by then has failed.",
  }),
  ready: ofOurs(
    ready,
    "What shows that it is ready: a port, an address, a line of its output, or a message.",
    ["readiness"],
  ),
  watch: ofPm2(
    "watch",
    either(
      "true, false, a path, or a list of paths",
      yesNo,
      texts("paths", (text) => [text]),
    ),
    "It is restarted when files change: all of its folder, or those named here.",
    { differs: "Its own log files never count." },
  ),
  ignore_watch: ofPm2(
    "ignore_watch",
    globs,
    "What does not count for watch: globs, names of folders, absolute paths.",
    {
      differs: "Globs and names only, no regular expressions.",
    },
  ),
  watch_delay: ofPm2("watch_delay", span(0), "How long changes are gathered before the restart.", {
    differs: "0.2 s where nothing is said.",
  }),
  cron_restart: ofPm2("cron_restart", cronText, "A cron expression, in local time: when it is restarted.", {
    also: ["cron"],
  }),
} as const;
