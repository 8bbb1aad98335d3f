/**
 * Reads what ps(1) prints, as facts. Two dialects: procps on Linux, and the BSD one of macOS. The BSD one follows ps(1) of
 * macOS 14 and captured output; nobody has run it on a Mac yet.
 */
import type { ProcessState } from "../../core/process/process.ts";
import { stateNamed } from "../process-state.ts";

export type Dialect = "procps" | "bsd";

/** One line: all of one process, read in one go. */
export interface PsRow {
  readonly pid: number;
  readonly ppid: number;
  /** null = not told: it is outside of this PID namespace. */
  readonly pgid: number | null;
  /** As pgid; on a BSD only that of a session's leader is told. */
  readonly sid: number | null;
  /** Real user id. */
  readonly uid: number;
  /** null = not told (BSD). */
  readonly threads: number | null;
  readonly terminal: boolean;
  readonly foreground: boolean;
  readonly state: ProcessState;
  /** Seconds since the Unix epoch. */
  readonly startS: number;
  /** The executable's path; null = unreadable, or it has ended. */
  readonly exe: string | null;
  /** The file at that path is not the one that runs any more. */
  readonly deleted: boolean;
}

/** In the order in which they are asked for. `lstart` is five words; the last column is the rest of the line. */
export const COLUMNS: Readonly<Record<Dialect, readonly string[]>> = {
  procps: ["pid", "ppid", "pgid", "ruid", "sess", "nlwp", "tty", "stat", "lstart", "exe"],
  // `sess` is an address or 0 there, and `comm` is the executable's path
  bsd: ["pid", "ppid", "pgid", "ruid", "tty", "stat", "lstart", "comm"],
};

const ROWS: Readonly<Record<Dialect, RegExp>> = {
  procps:
    /^\s*(?<pid>\d+)\s+(?<ppid>\d+)\s+(?<pgid>\d+)\s+(?<uid>\d+)\s+(?<sid>\d+)\s+(?<threads>\d+)\s+(?<tty>\S+)\s+(?<stat>\S+)\s+(?<start>\w{3}\s+\w{3}\s+\d+\s+[\d:]{8}\s+\d{4})(?:\s+(?<exe>.*))?$/,
  bsd: /^\s*(?<pid>\d+)\s+(?<ppid>\d+)\s+(?<pgid>\d+)\s+(?<uid>\d+)\s+(?<tty>\S+)\s+(?<stat>\S+)\s+(?<start>\w{3}\s+\w{3}\s+\d+\s+[\d:]{8}\s+\d{4})(?:\s+(?<exe>.*))?$/,
};

/**
 * By pid. Lines that are none of a process are skipped. A path may hold line feeds, which procps escapes: should another
 * ps not do so, a line could be forged, so a pid that is there twice is taken for unreadable.
 */
export const parsePs = (text: string, dialect: Dialect): ReadonlyMap<number, PsRow> => {
  const rows = new Map<number, PsRow>();
  const twice = new Set<number>();
  for (const line of text.split("\n")) {
    const row = parseRow(ROWS[dialect].exec(line)?.groups);
    if (row === null) continue;
    if (rows.has(row.pid)) twice.add(row.pid);
    rows.set(row.pid, row);
  }
  for (const pid of twice) rows.delete(pid);
  return rows;
};

const parseRow = (fields: Record<string, string | undefined> | undefined): PsRow | null => {
  if (fields === undefined) return null;
  const { sid, threads, tty = "", stat = "", start = "", exe = "" } = fields;
  const startS = parseStart(start);
  if (startS === null) return null;
  const pid = Number(fields["pid"]);
  const terminal = !/^[?-]/.test(tty);
  return {
    pid,
    ppid: Number(fields["ppid"]),
    // 0 stands for a group and a session that have no number here
    pgid: Number(fields["pgid"]) || null,
    sid: sid === undefined ? (stat.slice(1).includes("s") ? pid : null) : Number(sid) || null,
    uid: Number(fields["uid"]),
    threads: threads === undefined ? null : Number(threads),
    terminal,
    foreground: terminal && stat.includes("+"),
    // "I" sleeps for longer than 20 s on a BSD
    state: stateNamed(stat.slice(0, 1).replace("I", "S")),
    startS,
    ...executable(exe),
  };
};

/** Of the columns `pid` and `pidns`. */
export const parseNamespaces = (text: string): ReadonlyMap<number, string> =>
  new Map([...text.matchAll(/^\s*(\d+)\s+(\d+)\s*$/gm)].map(([, pid, inode = ""]) => [Number(pid), inode]));

const DELETED = " (deleted)";

/** "-" and "(name)" stand for one that cannot be read, or has ended. */
const executable = (text: string): Pick<PsRow, "exe" | "deleted"> => {
  const path = text.trimEnd();
  const deleted = path.endsWith(DELETED);
  const exe = deleted ? path.slice(0, -DELETED.length) : path;
  return { exe: exe.startsWith("/") ? exe : null, deleted };
};

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** "Thu Nov 26 03:16:19 2026", which ps prints in UTC and the C locale when it is told so; null = no such date. */
const parseStart = (text: string): number | null => {
  const [, month = "", day, time = "", year] = text.split(/\s+/);
  const [hours, minutes, seconds] = time.split(":").map(Number);
  const at = Date.UTC(Number(year), MONTHS.indexOf(month), Number(day), hours, minutes, seconds);
  return MONTHS.includes(month) && Number.isSafeInteger(at) ? at / 1000 : null;
};

/** The same the other way, words one blank apart. */
export const formatStart = (startS: number): string => {
  const at = new Date(startS * 1000);
  const time = at.toISOString().slice(11, 19);
  return [DAYS[at.getUTCDay()], MONTHS[at.getUTCMonth()], at.getUTCDate(), time, at.getUTCFullYear()].join(
    " ",
  );
};
