/** Numbers as evidence sentences say them. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** 37 → "37 ms", 400 → "0.4 s", 62_000 → "62 s", 360_000 → "6 min", 7_500_000 → "2.1 h", 200_000_000 → "2.3 days". */
export function duration(ms: number): string {
  if (ms < 100) return `${Math.round(ms)} ms`;
  if (ms < 10 * SECOND) return `${oneDigit(ms / SECOND)} s`;
  if (ms < 2 * MINUTE) return `${Math.round(ms / SECOND)} s`;
  if (ms < 2 * HOUR) return `${oneDigit(ms / MINUTE)} min`;
  return ms < 2 * DAY ? `${oneDigit(ms / HOUR)} h` : `${oneDigit(ms / DAY)} days`;
}

const UNITS = ["bytes", "KB", "MB", "GB", "TB"] as const;

export const BYTES_PER_MIB = 1_048_576;

/** 1_610_612_736 → "1.5 GB"; 1 GB = 1024 MB, as the limits count. */
export function bytes(count: number): string {
  const magnitude = count < 1_024 ? 0 : Math.floor(Math.log2(count) / 10);
  const unit = Math.min(magnitude, UNITS.length - 1);
  const value = count / 1_024 ** unit;
  return `${unit === 0 || value >= 100 ? Math.round(value) : oneDigit(value)} ${UNITS[unit]}`;
}

export const cores = (percent: number): string => `${Math.round(percent)} % of a core`;

export const count = (number: number, noun: string, nouns = `${noun}s`): string =>
  `${whole(number)} ${number === 1 ? noun : nouns}`;

/** An orphan of a job, and nobody knows of which; it may be another owner's, too. */
export const strayWords = (pid: number, command: string): string =>
  `pid ${pid} (${command}) comes from a job, and is of none that is known here, so it was ended with none; if nobody else looks after it, end it by hand: kill -KILL ${pid}`;

export const processCount = (number: number): string => count(number, "process", "processes");

/** Summaries stand in lists, too. */
export const asSentence = (text: string): string =>
  `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;

/** 250000 → "250,000". Not toLocaleString: the first use of Intl takes 2 MB for as long as the process lives. */
export const whole = (number: number): string =>
  String(Math.round(number)).replace(/\B(?=(?:\d{3})+$)/g, ",");

/** Without a needless zero: 2 → "2", 2.14 → "2.1". */
const oneDigit = (value: number): string => String(Math.round(value * 10) / 10);

/** `bun run dev (pid 4711)`, or `pid 4711` where nobody knows what it was. */
export const who = ({ pid, command }: { readonly pid: number; readonly command: string | null }): string =>
  command === null || command === "" ? `pid ${pid}` : `${shorten(command)} (pid ${pid})`;

const LONGEST = 60;

const shorten = (command: string): string =>
  command.length <= LONGEST ? command : `${command.slice(0, LONGEST - 1)}…`;
