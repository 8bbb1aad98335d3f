/** Whether a limit that holds for all could be lower without ever having been in the way; how its values are said and written. */
import { printable } from "../../../text/mask.ts";
import { bytes, BYTES_PER_MIB, count, duration, whole } from "../../../text/wording.ts";
import type { Need, Advice, ConfigKey, LimitFinding } from "../period.ts";

/** One of the two limits that a command can have to itself. */
export interface Measure {
  readonly limit: "timeout" | "memory";
  readonly key: "processTimeoutMs" | "maxMemoryUsageMB";
  readonly inForce: "timeoutMs" | "memoryBytes";
  /** What names of numbers end with. */
  readonly unit: "Ms" | "Bytes";
  readonly say: (value: number) => string;
  /** In the unit of `key`, exact. */
  readonly inFile: (value: number) => number;
  /** In the unit of `key`, rounded up. */
  readonly rounded: (value: number) => number;
  /** How one calls a high value. */
  readonly highest: string;
  readonly samples: (n: number) => string;
  /** In the unit of `key`: less serves nobody, whatever was measured. */
  readonly floor: number;
}

export const TIMEOUT: Measure = {
  limit: "timeout",
  key: "processTimeoutMs",
  inForce: "timeoutMs",
  unit: "Ms",
  say: duration,
  inFile: (ms) => ms,
  rounded: roundDurationMs,
  highest: "longest",
  samples: (n) => count(n, "run"),
  floor: 60_000,
};

export const MEMORY: Measure = {
  limit: "memory",
  key: "maxMemoryUsageMB",
  inForce: "memoryBytes",
  unit: "Bytes",
  say: bytes,
  inFile: (byteCount) => byteCount / BYTES_PER_MIB,
  rounded: (byteCount) => roundMebibytes(byteCount / BYTES_PER_MIB),
  highest: "highest",
  samples: (n) => `${whole(n)} ${n === 1 ? "process" : "processes"}`,
  // an empty Bun has 30 MB; what installs or bundles has a few hundred for a moment
  floor: 256,
};

/** Numbers that a person would have chosen. All round up: less room than was measured is no advice. */
const MINUTE_MS = 60_000;
const DURATIONS = [1, 2, 3, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720] as const;
const DAY_MINUTES = 1_440;

/** 250_000 → 300_000 (5 min); beyond 12 h whole days. At least a minute. */
export function roundDurationMs(ms: number): number {
  const minutes = ms / MINUTE_MS;
  const found = DURATIONS.find((each) => each >= minutes);
  return (found ?? Math.ceil(minutes / DAY_MINUTES) * DAY_MINUTES) * MINUTE_MS;
}

/** 1_100 → 1_280: in steps of a quarter of the power of two below. */
export function roundMebibytes(mebibytes: number): number {
  const step = Math.max(1, 2 ** (Math.floor(Math.log2(Math.max(1, mebibytes))) - 2));
  return Math.ceil(mebibytes / step) * step;
}

/** The value below which `share` (0 to 1) of the ascending numbers lie, by nearest rank; null of none. */
export const quantile = (ascending: readonly number[], share: number): number | null =>
  ascending[Math.max(0, Math.ceil(share * ascending.length) - 1)] ?? null;

/** Fewer jobs or processes, or fewer days, have not shown what this project does. */
export const ENOUGH = 50;
export const LONG_ENOUGH_MS = 3 * 86_400_000;

/** Jobs will need more than they have needed so far. */
const ROOM = 4;
/** A limit at half its value changes something; less is not worth a person's time. */
const WORTH_IT = 0.5;

const MOST_COMMAND_CHARACTERS = 50;

/** ", bun run build": whose it was. */
export const by = ({ command }: Need): string =>
  command === null ? "" : `, ${printable(command, MOST_COMMAND_CHARACTERS)}`;

/** Says how a limit that holds for all stands; `key` is what would have to be changed, `current` its value. */
export const generalAdvice =
  (about: Pick<Advice, "limit" | "current" | "numbers">, key: ConfigKey) =>
  (finding: LimitFinding, evidence: string, value: number | null = null): Advice => ({
    ...about,
    command: null,
    project: null,
    finding,
    suggestion: value === null ? null : { kind: "key", key, value },
    evidence,
  });

/**
 * The state of one limit that holds for all; `limit` in the rule's unit, null = off. `isTightForSome`: some command needs
 * more, or may need more; then it is not too loose, whatever the others use.
 */
export function adviseGeneral(
  limit: number | null,
  need: Need,
  measure: Measure,
  { watchedMs, isTightForSome }: { readonly watchedMs: number; readonly isTightForSome: boolean },
): Advice {
  const { count: known, highest } = need;
  const numbers = {
    count: known,
    ...(limit === null ? {} : { [`limit${measure.unit}`]: limit }),
    ...(highest === null ? {} : { [`highest${measure.unit}`]: highest }),
  };
  const current = limit === null ? null : measure.inFile(limit);
  const advice = generalAdvice({ limit: measure.limit, current, numbers }, measure.key);
  const used =
    highest === null
      ? "nothing has ended yet"
      : `the ${measure.highest} of ${measure.samples(known)} not stopped for it was ${measure.say(highest)}${by(need)}`;
  if (limit === null) return advice("off", used);
  const ofLimit = ` (limit ${measure.say(limit)})`;
  if (highest === null || known < ENOUGH || watchedMs < LONG_ENOUGH_MS) {
    const few = `it takes ${measure.samples(ENOUGH)} and three days to judge`;
    return advice("not-enough-data", `${used}${ofLimit}; ${few}`);
  }
  if (highest > limit) {
    const more = "more than it allows: whether that was needed cannot be told";
    return advice("not-enough-data", `${used}${ofLimit}, ${more}`);
  }
  if (isTightForSome) return advice("fine", `${used}; for single commands see below`);
  const value = Math.max(measure.floor, measure.rounded(highest * ROOM));
  return value > measure.inFile(limit) * WORTH_IT
    ? advice("fine", `${used}${ofLimit}`)
    : advice("too-loose", `${used}${ofLimit}, so what runs away is stopped late`, value);
}
