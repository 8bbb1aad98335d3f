/** Dates by moment's letters (`YYYY-MM-DD HH:mm:ss Z`), local time, English. Without Intl: its first use takes 2 MB for good. */

export type DateFormat = (atMs: number) => string;

const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const [DAY_MS, WEEK_DAYS] = [86_400_000, 7];

/** What moment writes for an English reader. */
const LONG: Readonly<Record<string, string>> = {
  LTS: "h:mm:ss A",
  LT: "h:mm A",
  LLLL: "dddd, MMMM D, YYYY h:mm A",
  LLL: "MMMM D, YYYY h:mm A",
  LL: "MMMM D, YYYY",
  L: "MM/DD/YYYY",
};

const pad = (value: number, digits = 2): string => String(value).padStart(digits, "0");
const hour12 = (at: Date): number => at.getHours() % 12 || 12;
const dayOfYear = (at: Date): number =>
  Math.round(
    (Date.UTC(at.getFullYear(), at.getMonth(), at.getDate()) - Date.UTC(at.getFullYear(), 0, 0)) / DAY_MS,
  );

/** ISO 8601: the week of a day is the one that its Thursday is in. */
function isoWeek(at: Date): { readonly year: number; readonly week: number } {
  const thursday = new Date(
    Date.UTC(at.getFullYear(), at.getMonth(), at.getDate() + 4 - (at.getDay() || WEEK_DAYS)),
  );
  const year = thursday.getUTCFullYear();
  return { year, week: Math.ceil(((thursday.getTime() - Date.UTC(year, 0, 1)) / DAY_MS + 1) / WEEK_DAYS) };
}

/** Weeks begin on Sunday, and the one with January 1 is the first. */
function week(at: Date): number {
  const newYear = new Date(at.getFullYear(), 0, 1).getDay();
  const found = Math.floor((dayOfYear(at) - 1 + newYear) / WEEK_DAYS) + 1;
  const isNext = at.getMonth() === 11 && at.getDate() + WEEK_DAYS - 1 - at.getDay() > 31;
  return isNext ? 1 : found;
}

function offset(at: Date, between: string): string {
  const minutes = -at.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${pad(Math.floor(size / 60))}${between}${pad(size % 60)}`;
}

function ordinal(value: number): string {
  const tens = Math.floor(value / 10) % 10;
  return `${value}${(tens === 1 ? undefined : ["", "st", "nd", "rd"][value % 10]) || "th"}`;
}

const LETTERS: Readonly<Record<string, (at: Date) => string | number>> = {
  YYYY: (at) => pad(at.getFullYear(), 4),
  YY: (at) => pad(at.getFullYear() % 100),
  Y: (at) => at.getFullYear(),
  GGGG: (at) => isoWeek(at).year,
  Q: (at) => Math.floor(at.getMonth() / 3) + 1,
  Qo: (at) => ordinal(Math.floor(at.getMonth() / 3) + 1),
  MMMM: (at) => MONTHS[at.getMonth()] ?? "",
  MMM: (at) => (MONTHS[at.getMonth()] ?? "").slice(0, 3),
  MM: (at) => pad(at.getMonth() + 1),
  Mo: (at) => ordinal(at.getMonth() + 1),
  M: (at) => at.getMonth() + 1,
  DDDD: (at) => pad(dayOfYear(at), 3),
  DDD: dayOfYear,
  DD: (at) => pad(at.getDate()),
  Do: (at) => ordinal(at.getDate()),
  D: (at) => at.getDate(),
  dddd: (at) => DAYS[at.getDay()] ?? "",
  ddd: (at) => (DAYS[at.getDay()] ?? "").slice(0, 3),
  dd: (at) => (DAYS[at.getDay()] ?? "").slice(0, 2),
  d: (at) => at.getDay(),
  e: (at) => at.getDay(),
  E: (at) => at.getDay() || WEEK_DAYS,
  WW: (at) => pad(isoWeek(at).week),
  W: (at) => isoWeek(at).week,
  ww: (at) => pad(week(at)),
  w: week,
  HH: (at) => pad(at.getHours()),
  H: (at) => at.getHours(),
  hh: (at) => pad(hour12(at)),
  h: hour12,
  kk: (at) => pad(at.getHours() || 24),
  k: (at) => at.getHours() || 24,
  mm: (at) => pad(at.getMinutes()),
  m: (at) => at.getMinutes(),
  ss: (at) => pad(at.getSeconds()),
  s: (at) => at.getSeconds(),
  SSS: (at) => pad(at.getMilliseconds(), 3),
  SS: (at) => pad(Math.floor(at.getMilliseconds() / 10)),
  S: (at) => Math.floor(at.getMilliseconds() / 100),
  A: (at) => (at.getHours() < 12 ? "AM" : "PM"),
  a: (at) => (at.getHours() < 12 ? "am" : "pm"),
  ZZ: (at) => offset(at, ""),
  Z: (at) => offset(at, ":"),
  X: (at) => Math.floor(at.getTime() / 1_000),
  x: (at) => at.getTime(),
};

const longestFirst = (names: readonly string[]): string =>
  names.toSorted((a, b) => b.length - a.length).join("|");
/** `[as it stands]`, a letter, or what is none. */
const PARTS = new RegExp(
  `\\[([^\\]]*)\\]|(${longestFirst([...Object.keys(LETTERS), ...Object.keys(LONG)])})|[^]`,
  "g",
);

/** Letters that mean nothing stay as they are. */
export function dateFormat(format: string): DateFormat {
  const parts = [...format.matchAll(PARTS)].map(([text, quoted, letters = ""]) => {
    const long = LONG[letters];
    if (quoted !== undefined) return (): string => quoted;
    if (long !== undefined) {
      const inner = dateFormat(long);
      return (at: Date): string => inner(at.getTime());
    }
    return LETTERS[letters] ?? ((): string => text);
  });
  return (atMs) => {
    const at = new Date(atMs);
    return parts.map((part) => part(at)).join("");
  };
}
