/** /proc/PID/stat as numbers: proc_pid_stat(5). One line is one consistent reading of one process. */
import type { ProcessState } from "../../../core/process/process.ts";
import { stateNamed } from "../../process-state.ts";
import { ENTRY, type ProcFiles } from "./proc-files.ts";

/** Field numbers of the man page; `Stat[Field.parent]`. */
export const Field = {
  state: 3,
  parent: 4,
  group: 5,
  session: 6,
  terminal: 7,
  foregroundGroup: 8,
  flags: 9,
  minorFaults: 10,
  majorFaults: 12,
  userTicks: 14,
  systemTicks: 15,
  threads: 20,
  startTicks: 22,
  residentPages: 24,
  /** Random for every exec (ASLR); 0 when we may not know. */
  stackStart: 28,
} as const;

export const PF_KTHREAD = 0x00200000;
/** It has left its program for good, and gives back what it holds. */
export const PF_EXITING = 0x00000004;

/** Numbers by field; the state as its character code. Fields beyond 2^53 lose digits: none of them is used. */
export type Stat = Float64Array;
export const newStat = (): Stat => new Float64Array(Field.stackStart + 1);

const [OPEN, CLOSE, MINUS, SPACE] = [40, 41, 45, 32];
/**
 * Only numbers follow the name, so its end is the last ")" of this many bytes: a pid of 7 digits, " (", a
 * name of at most 63 (kernel threads; 15 for others) that may itself hold any character, ")".
 */
const NAME_ENDS_WITHIN = 80;

/** Fills `into` from the first `length` bytes; false when they are no stat line. */
export const parseStat = (bytes: Uint8Array, length: number, into: Stat): boolean => {
  const nameEnd = bytes.lastIndexOf(CLOSE, Math.min(length, NAME_ENDS_WITHIN) - 1);
  if (nameEnd < 0 || nameEnd + 3 >= length) return false;
  into[Field.state] = bytes[nameEnd + 2] ?? 0;
  let at = nameEnd + 4;
  for (let field: number = Field.parent; field <= Field.stackStart; field++) {
    const negative = bytes[at] === MINUS;
    if (negative) at++;
    let value = 0;
    let byte = bytes[at] ?? 0;
    if (byte < 48) return false;
    for (; at < length && byte > SPACE; byte = bytes[++at] ?? 0) value = value * 10 + byte - 48;
    into[field] = negative ? -value : value;
    at++;
  }
  return true;
};

/** Of whoever has the pid now; null = nobody, or it may not be read. */
export const readStat = (proc: ProcFiles, pid: number): Stat | null => {
  const length = proc.read(pid, ENTRY.stat);
  const stat = newStat();
  return length > 0 && parseStat(proc.scratch, length, stat) ? stat : null;
};

/** The name in parentheses (comm): at most 15 bytes, chosen by the process itself, any character. */
export const statName = (bytes: Uint8Array, length: number): string => {
  const end = bytes.lastIndexOf(CLOSE, Math.min(length, NAME_ENDS_WITHIN) - 1);
  const start = bytes.indexOf(OPEN);
  return start < 0 || end <= start ? "" : new TextDecoder().decode(bytes.subarray(start + 1, end));
};

/** Of its character code. */
export const stateOf = (code: number): ProcessState => stateNamed(String.fromCodePoint(code));
