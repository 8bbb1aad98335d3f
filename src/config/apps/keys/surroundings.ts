/**
 * These keys are about what surrounds an app: its log files, its pid file, and the account and rights that it
 * runs with.
 */
import {
  either,
  type ValueKind,
  textValue,
  Refusal,
  size,
  span,
  texts,
  wholeNumber,
  yesNo,
} from "../kind.ts";
import { ofOurs, ofPm2 } from "./key.ts";

const logFile = either('a path, or false for none ("/dev/null" and "NULL" mean none, too)', textValue, yesNo);

/** A number is refused: 22 and 022 look alike, and are not the same. */
const octal: ValueKind<number> = {
  allowed: 'a text of octal digits, such as "022"',
  schema: { type: "string", pattern: "^(0o?)?[0-7]{1,3}$" },
  read: (value) => {
    const digits =
      typeof value === "string"
        ? /^(?:0o?)?(?<digits>[0-7]{1,3})$/u.exec(value)?.groups?.["digits"]
        : undefined;
    return digits === undefined ? new Refusal("is not a umask") : Number.parseInt(digits, 8);
  },
};

/** setuid(2) takes no higher id; the next number means "leave it". */
const HIGHEST_ID = 4_294_967_294;
const account = either("a number or a name", wholeNumber(0, HIGHEST_ID, "an id"), textValue);

const capabilities: ValueKind<readonly string[]> = {
  allowed: '"all", or a list of names such as ["NET_RAW", "SYS_PTRACE"]',
  schema: { type: ["string", "array"], items: { type: "string" } },
  read: (value) => {
    const list = texts("names of capabilities", (text) =>
      text.split(/[\s,]+/u).filter((word) => word !== ""),
    ).read(value);
    if (list instanceof Refusal) return list;
    const names = list.map((each) => each.toUpperCase().replace(/^CAP_/u, ""));
    const odd = names.findIndex((name) => !/^[A-Z][A-Z_]*$/u.test(name));
    if (odd >= 0) return new Refusal("is no name of a capability", Array.isArray(value) ? [odd] : []);
    return names.includes("ALL") ? ["all"] : names;
  },
};

const dateFormat: ValueKind<string | false> = {
  allowed: 'a format such as "YYYY-MM-DD HH:mm:ss Z", or false',
  schema: { type: ["string", "boolean"] },
  read: (value) => (value === false || value === "" ? false : textValue.read(value)),
};

export const surroundingsKeys = {
  out_file: ofPm2(
    "out_file",
    logFile,
    "The file of its standard output; logs/<name>-out.log beside the config file otherwise.",
    {
      also: ["out", "output", "out_log"],
      differs: "The default is beside the config file, not in ~/.pm2/logs.",
    },
  ),
  error_file: ofPm2(
    "error_file",
    logFile,
    "The file of its standard error; logs/<name>-err.log beside the config file otherwise.",
    {
      also: ["error", "err", "err_file", "err_log"],
      differs: "The default is beside the config file, not in ~/.pm2/logs.",
    },
  ),
  log_file: ofPm2("log_file", logFile, "A file for both streams together; true = logs/<name>.log.", {
    also: ["log"],
  }),
  disable_logs: ofPm2("disable_logs", yesNo, "true: no log files."),
  merge_logs: ofPm2(
    "merge_logs",
    yesNo,
    "true: all instances write into one file; false: each has its own, -<number> before the ending.",
    {
      also: ["combine_logs"],
    },
  ),
  log_date_format: ofPm2(
    "log_date_format",
    dateFormat,
    "A time in front of each line, in the letters of moment and day.js.",
  ),
  time: ofPm2("time", yesNo, "true: log_date_format is YYYY-MM-DDTHH:mm:ss."),
  log_max_size: ofOurs(size(1_024), "Size at which a log file is put aside; 10M otherwise.", [
    "max_log_size",
  ]),
  log_daily: ofOurs(yesNo, "true: log files are put aside at midnight, too.", ["log_rotate_daily"]),
  log_keep: ofOurs(
    wholeNumber(0, 10_000, "files"),
    "How many log files that were put aside are kept; 10 otherwise.",
    ["log_retain", "log_max_files"],
  ),
  log_keep_for: ofOurs(
    span(0, 10 * 365 * 86_400_000),
    "How long log files that were put aside are kept; for ever otherwise.",
    ["log_max_age"],
  ),
  log_compress: ofOurs(yesNo, "false: log files that were put aside are not compressed."),
  pid_file: ofPm2("pid_file", textValue, "A file that the pid is written to.", {
    also: ["pid"],
    differs: "None is written where nothing is said.",
  }),
  uid: ofPm2(
    "uid",
    account,
    "The account it runs as, by number or name. Only root can ask for another one.",
    { also: ["user"] },
  ),
  gid: ofPm2("gid", account, "The group it runs as; the account's own otherwise.", { also: ["group"] }),
  umask: ofOurs(octal, "Rights that files it makes do not get."),
  no_new_privileges: ofOurs(yesNo, "true: it can never gain rights, not even by a setuid program."),
  drop_capabilities: ofOurs(capabilities, "Capabilities of the kernel that it does not have."),
} as const;
