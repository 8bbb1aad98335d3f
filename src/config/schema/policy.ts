/** From the user's settings to the policy that decisions are made with: the units and the names of the core. */
import { resolve } from "node:path";
import { defaultRules } from "../../core/judge/default-rules.ts";
import { BYTES_PER_MIB } from "../../text/wording.ts";
import {
  LIMIT_KEYS,
  LIMIT_NAMES,
  type Match,
  type Policy,
  type Protection,
  type Rule,
} from "../../core/judge/policy.ts";
import type { ProtectSetting, RuleSetting, Settings } from "./settings.ts";

interface PolicyContext {
  /** Relative paths in the settings start here; scope "project" means this directory. */
  readonly projectRoot: string;
  readonly home: string;
}

export function toPolicy(settings: Settings, context: PolicyContext): Policy {
  return {
    mode: settings.mode,
    scope: settings.scope,
    projectRoot: context.projectRoot,
    limits: {
      concurrency: settings.maxConcurrentProcesses,
      cpuPercent: settings.maxCpuUsagePercent,
      memoryBytes: bytes(settings.maxMemoryUsageMB),
      timeoutMs: settings.processTimeoutMs,
    },
    intervalMs: settings.monitoringIntervalMs,
    killGraceMs: settings.killGraceMs,
    concurrencyMinAgeMs: settings.concurrencyMinAgeMs,
    cpuHoldMs: settings.cpuHoldMs,
    armTicks: settings.armTicks,
    rules: [
      ...settings.rules.map((rule) => toRule(rule, context)),
      ...(settings.defaultRules ? defaultRules : []),
    ],
    protect: settings.protect.map((protection) => toProtection(protection, context)),
    breakerKillsPerMinute: settings.breaker.maxKillsPerMinute,
    enforceCompiled: settings.enforceCompiled,
    enforceNested: settings.enforceNested,
  };
}

export const absolute = (path: string, { projectRoot, home }: PolicyContext): string =>
  resolve(projectRoot, path === "~" || path.startsWith("~/") ? `${home}${path.slice(1)}` : path);

const bytes = (mebibytes: number | null): number | null =>
  mebibytes === null ? null : mebibytes * BYTES_PER_MIB;

const toRule = (setting: RuleSetting, context: PolicyContext): Rule => ({
  name: setting.name,
  match: toMatch(setting.match, context),
  limits: stated({
    concurrency: setting.maxConcurrentProcesses,
    cpuPercent: setting.maxCpuUsagePercent,
    memoryBytes: setting.maxMemoryUsageMB === undefined ? undefined : bytes(setting.maxMemoryUsageMB),
    timeoutMs: setting.processTimeoutMs,
  }),
  ...stated({
    suspectOnly:
      setting.suspectOnly && LIMIT_NAMES.filter((limit) => setting.suspectOnly?.includes(LIMIT_KEYS[limit])),
  }),
});

/** Without the keys that nothing is said about. */
function stated<Values extends object>(values: Values) {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what fromEntries cannot say of its keys
  return Object.fromEntries(entries) as {
    [Key in keyof Values]?: Exclude<Values[Key], undefined>;
  };
}

const toProtection = (setting: ProtectSetting, context: PolicyContext): Protection =>
  typeof setting === "string"
    ? { name: setting, match: { command: setting } }
    : { name: setting.name, match: toMatch(setting.match, context) };

const toMatch = (match: RuleSetting["match"], context: PolicyContext): Match =>
  match.cwd === undefined ? match : { ...match, cwd: absolute(match.cwd, context) };

export function ruleSetting({ name, match, limits, suspectOnly }: Rule): RuleSetting {
  const { concurrency, cpuPercent, memoryBytes, timeoutMs } = limits;
  const { kind, notKind, ...rest } = match;
  return {
    name,
    match: { ...stated({ kind: kind && [...kind], notKind: notKind && [...notKind] }), ...rest },
    ...stated({
      maxConcurrentProcesses: concurrency,
      maxCpuUsagePercent: cpuPercent,
      maxMemoryUsageMB: memoryBytes && memoryBytes / BYTES_PER_MIB,
      processTimeoutMs: timeoutMs,
      suspectOnly: suspectOnly?.map((limit) => LIMIT_KEYS[limit]),
    }),
  };
}
