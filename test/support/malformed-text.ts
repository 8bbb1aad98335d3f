/** Configuration texts that are wrong in one known way. */
import { validConfig } from "./valid-config.ts";
import type { Random } from "./random.ts";

export interface WrongText {
  readonly bytes: string | Uint8Array;
  /** Relative to the project; `.kiro/bun-process-config.json` when not given. */
  readonly file?: string;
  /** Must be named. */
  readonly key?: string;
}

type Json = Record<string, unknown>;

const NUMBERS = [
  "maxConcurrentProcesses",
  "maxCpuUsagePercent",
  "maxMemoryUsageMB",
  "processTimeoutMs",
  "monitoringIntervalMs",
  "killGraceMs",
  "cpuHoldMs",
  "armTicks",
];

const NOT_NUMBERS = ["3", "80%", "", true, [], {}, [1], { value: 3 }, "null", "1e3", "\u001b[31mred"];
const NOT_TEXTS = [3, true, null, [], {}, ["user"]];

const text = (value: unknown, random: Random): string => JSON.stringify(value, null, random.pick([0, 2]));

/** A right configuration, with one key set last to something else. */
const withKey = (random: Random, key: string, value: unknown): string =>
  text({ ...validConfig(random), [key]: value }, random);

const HOSTILE_NAMES = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "",
  " ",
  "a\nb",
  "\u001b[2J\u001b[31mred",
  "\u202egnp.exe",
  "\u0000",
  "\u{1f4a3}",
  "\u{e0041}",
  "rules[0].name",
  "x".repeat(4_096),
  "MaxConcurrentProcesses",
  "max-cpu-usage-percent",
];

const BAD_RULES: readonly { readonly rule: unknown; readonly key: string }[] = [
  { rule: 5, key: "rules[0]" },
  { rule: {}, key: "rules[0].name" },
  { rule: { name: "a", processTimeoutMs: 1_000 }, key: "rules[0].match" },
  { rule: { name: "", match: { command: "x" }, processTimeoutMs: null }, key: "rules[0].name" },
  { rule: { name: "a", match: {}, processTimeoutMs: null }, key: "rules[0].match" },
  { rule: { name: "a", match: [], processTimeoutMs: null }, key: "rules[0].match" },
  { rule: { name: "a", match: { command: "x" } }, key: "rules[0]" },
  { rule: { name: "a", match: { command: "(" }, processTimeoutMs: null }, key: "rules[0].match.command" },
  { rule: { name: "a", match: { args: "[" }, processTimeoutMs: null }, key: "rules[0].match.args" },
  { rule: { name: "a", match: { name: "*" }, processTimeoutMs: null }, key: "rules[0].match.name" },
  {
    rule: { name: "a", match: { command: "x".repeat(2_000) }, processTimeoutMs: null },
    key: "rules[0].match.command",
  },
  { rule: { name: "a", match: { kind: ["server"] }, processTimeoutMs: null }, key: "rules[0].match.kind[0]" },
  { rule: { name: "a", match: { kind: [] }, processTimeoutMs: null }, key: "rules[0].match.kind" },
  {
    rule: { name: "a", match: { listening: "yes" }, processTimeoutMs: null },
    key: "rules[0].match.listening",
  },
  { rule: { name: "a", match: { comand: "x" }, processTimeoutMs: null }, key: "rules[0].match.comand" },
  {
    rule: { name: "a", match: { command: "x" }, maxConcurrentProcesses: 5 },
    key: "rules[0].maxConcurrentProcesses",
  },
  { rule: { name: "a", match: { command: "x" }, processTimeoutMs: -1 }, key: "rules[0].processTimeoutMs" },
  { rule: { name: "a\u001bb", match: { command: "x" }, processTimeoutMs: null }, key: "rules[0].name" },
];

function truncated(random: Random): WrongText {
  const whole = text({ ...validConfig(random), armTicks: 3 }, random);
  return { bytes: whole.slice(0, random.whole(1, whole.length - 1)) };
}

function deep(random: Random): WrongText {
  const depth = random.pick([40, 1_000, 20_000]);
  const [open, close] = random.pick([["[", "]"] as const, ['{"a":', "}"] as const]);
  const inner = random.chance(0.5) ? `1${close.repeat(depth)}` : "";
  return { bytes: `{"rules": ${open.repeat(depth)}${inner}` };
}

function notUtf8(random: Random): WrongText {
  const good = new TextEncoder().encode(text({ ...validConfig(random), armTicks: 3 }, random));
  const at = random.whole(0, good.length);
  // Lone continuation bytes and bytes that never occur are wrong beside any neighbour.
  const bad = Uint8Array.of(random.pick([0xff, 0xfe, 0xc0, 0xf8]));
  return { bytes: Buffer.concat([good.subarray(0, at), bad, good.subarray(at)]) };
}

const noise = (random: Random): WrongText => ({
  bytes: Uint8Array.from({ length: random.whole(1, 300) }, (_, index) =>
    index === 0 ? 0 : random.whole(0, 255),
  ),
});

function duplicate(random: Random): WrongText {
  const key = random.pick(NUMBERS);
  return { bytes: `{\n  "${key}": 100,\n  "${key}": 200\n}`, key };
}

/** A known key with one letter too many, too few or exchanged. */
function misspelt(random: Random): WrongText {
  const right = random.pick([
    ...NUMBERS,
    "mode",
    "scope",
    "rules",
    "protect",
    "logging",
    "breaker",
    "defaultRules",
  ]);
  const at = random.whole(1, right.length - 1);
  const key = random.pick([
    `${right.slice(0, at)}${right.slice(at + 1)}`,
    `${right.slice(0, at)}q${right.slice(at)}`,
    `${right.slice(0, at)}q${right.slice(at + 1)}`,
  ]);
  return { bytes: withKey(random, key, 3), key };
}

function yaml(random: Random): WrongText {
  const file = random.pick([".bun-watchdogrc", ".bun-watchdogrc.yaml", ".bun-watchdogrc.yml"]);
  const wrong: readonly WrongText[] = [
    { bytes: "# mine\nmaxConcurrentProcesses: three\n", key: "maxConcurrentProcesses" },
    { bytes: "mode: enforce\nrules:\n  - name: a\n    mtch: 1\n", key: "rules[0].mtch" },
    { bytes: "armTicks: 1\narmTicks: 2\n", key: "armTicks" },
    { bytes: "armTicks: &a 1\nkillGraceMs: *a\n", key: "killGraceMs" },
    { bytes: "rules:\n  - name: [a\n" },
    { bytes: `rules: ${"[".repeat(random.pick([50, 20_000]))}\n` },
    { bytes: "maxMemoryUsageMB: .inf\n", key: "maxMemoryUsageMB" },
    { bytes: "a: 1\n--- \nb: 2\n" },
  ];
  return { ...random.pick(wrong), file };
}

const inPackage = (random: Random): WrongText => {
  const key = random.pick(NUMBERS);
  const value = random.pick(NOT_NUMBERS);
  const whole = { name: "x", bunWatchdog: { ...validConfig(random), [key]: value } };
  return { bytes: text(whole, random), file: "package.json", key: `bunWatchdog.${key}` };
};

export const KINDS_OF_TEXT: Readonly<Record<string, (random: Random) => WrongText>> = {
  "wrong-type": (random) => {
    const key = random.pick(NUMBERS);
    return { bytes: withKey(random, key, random.pick(NOT_NUMBERS)), key };
  },
  "no-text": (random) => {
    const key = random.pick(["mode", "scope"]);
    return { bytes: withKey(random, key, random.pick(NOT_TEXTS)), key };
  },
  "no-list": (random) => {
    const key = random.pick(["rules", "protect"]);
    return { bytes: withKey(random, key, random.pick([3, "x", true, null, {}])), key };
  },
  nonsense: (random) => {
    const key = random.pick(NUMBERS);
    return { bytes: withKey(random, key, random.pick([-1, -0.5, 1e300, 40_000_000_000.5])), key };
  },
  infinite: (random) => {
    const key = random.pick(NUMBERS);
    return { bytes: `{ "${key}": ${random.pick(["1e999", "-1e999", "NaN", "Infinity"])} }` };
  },
  "bad-word": (random) => {
    const key = random.pick(["mode", "scope"]);
    return { bytes: withKey(random, key, random.pick(["", "kill", "USER", "a\nb"])), key };
  },
  "bad-inner": (random) => {
    const logging: Json = random.pick<Json>([
      { level: "loud" },
      { maxDays: 0 },
      { directory: "" },
      { path: "x" },
    ]);
    return { bytes: withKey(random, "logging", logging), key: `logging.${Object.keys(logging)[0] ?? ""}` };
  },
  privileged: (random) => {
    const key = random.pick(["scope", "enforceCompiled"]);
    return { bytes: withKey(random, key, key === "scope" ? "machine" : true), key };
  },
  "hostile-name": (random) => ({
    bytes: `{ "armTicks": 3, ${JSON.stringify(random.pick(HOSTILE_NAMES))}: 1 }`,
  }),
  "not-an-object": (random) => ({
    bytes: random.pick(["[]", "3", '"x"', "null", "true", "", " \n", "// only\n", "[{}]"]),
  }),
  "bad-rule": (random) => {
    const { rule, key } = random.pick(BAD_RULES);
    return { bytes: withKey(random, "rules", [rule]), key };
  },
  truncated,
  deep,
  "not-utf8": notUtf8,
  noise,
  duplicate,
  misspelt,
  yaml,
  package: inPackage,
};
