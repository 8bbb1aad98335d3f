/** What is in force in this project: its configuration, or why it has none, and who watches. */
import { totalmem } from "node:os";
import type { Loaded } from "../config/load.ts";
import { ConfigError } from "../config/schema/problem.ts";
import { type Finding, findings } from "../core/plan/finding.ts";
import { defaultRules } from "../core/judge/default-rules.ts";
import { duration, bytes } from "../text/wording.ts";
import { loadedConfiguration, type ConfigFlags } from "../host/configuration.ts";
import { shortPath } from "../render/command-name.ts";
import { howToEnforce, limitsInWords, SCOPE_WORDS } from "../render/limits.ts";
import { plural } from "../text/style.ts";
import { uid } from "../host/watch-ports.ts";
import { typed } from "../trust/typed.ts";
import { ServiceError } from "../wire/client.ts";
import { describeMonitor, monitorOver } from "../host/running-monitor.ts";
import type { Policy } from "../core/judge/policy.ts";

const { ok, limited, missing, off } = findings("here");

const inForce = ({ path, policy }: Loaded): Finding => {
  const detail = `${path === null ? "no file" : shortPath(path)}, mode ${policy.mode}, ${SCOPE_WORDS[policy.scope]}`;
  return policy.mode === "enforce"
    ? ok("configuration", detail)
    : off("configuration", `${detail}: nothing is stopped`, howToEnforce(path));
};

function spared({ policy, settings }: Loaded): Finding {
  const own = policy.rules.length - (settings.defaultRules ? defaultRules.length : 0);
  const rest = `${own === 0 ? "no rule" : plural(own, "rule")} of your own, ${plural(policy.protect.length, "protected pattern")}`;
  const builtIn = `servers, watchers, installs and the like (${defaultRules.length} built-in rules)`;
  if (settings.defaultRules) return ok("spared", `${builtIn}, ${rest}`);
  const detail = `defaultRules is false, so servers and watchers are stopped like all else; ${rest}`;
  return limited("spared", detail, "defaultRules true, or rules for what is meant to stay");
}

/** A configuration that cannot be used is a finding here, not the end; nothing is loaded then. */
export async function configured(
  flags: ConfigFlags,
): Promise<{ readonly loaded: Loaded | null; readonly findings: readonly Finding[] }> {
  let loaded: Loaded;
  try {
    loaded = await loadedConfiguration(flags);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const next = `${typed("config check")} shows each place, and what is allowed there`;
    const [first = "", ...more] = error.message.split("\n");
    const detail = more.length === 0 ? first : `${first}; and ${more.length} more`;
    return { loaded: null, findings: [missing("configuration", detail, next, "right")] };
  }
  const warnings = loaded.warnings.map((warning) => limited("warning", warning));
  const { policy } = loaded;
  const limits = ok("limits", `${limitsInWords(policy)}; a look every ${duration(policy.intervalMs)}`);
  const odd = doubts(policy, { isRoot: uid() === 0, machineBytes: totalmem() });
  return { loaded, findings: [inForce(loaded), limits, spared(loaded), ...warnings, ...odd] };
}

export async function watching({ policy }: Loaded): Promise<Finding> {
  try {
    const running = await monitorOver(policy, "overlapping");
    return running === null
      ? off("monitor", "none runs: nothing is stopped until cleanup is called", typed("monitor --detach"))
      : ok("monitor", `version ${running.about.version}, ${describeMonitor(running)}`);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    return limited("monitor", error.message);
  }
}

const HOUR_MS = 3_600_000;

const BETTER: Readonly<Record<string, string>> = {
  limits: "set at least processTimeoutMs or maxMemoryUsageMB",
  monitoringIntervalMs: "make it shorter than processTimeoutMs",
  cpuHoldMs: "make it several times monitoringIntervalMs",
  killGraceMs: "5 s are enough for a clean end",
  maxMemoryUsageMB: "set it well below the machine's memory",
  armTicks: "3 intervals are enough to look at the announced plan",
  scope: "run as root, or use scope user",
};

/** What can be meant, and mostly is not. */
export function doubts(
  policy: Policy,
  { isRoot, machineBytes }: { readonly isRoot: boolean; readonly machineBytes: number },
): Finding[] {
  const { limits, intervalMs, cpuHoldMs, killGraceMs, armTicks, scope } = policy;
  const timeoutMs = limits.timeoutMs ?? Infinity;
  const memoryBytes = limits.memoryBytes ?? 0;
  const [every, timeout] = [duration(intervalMs), duration(timeoutMs)];
  const reprieveMs = armTicks * intervalMs;
  const odd: Readonly<Record<string, string | false>> = {
    limits:
      Object.values(limits).every((limit) => limit === null) && "every limit is off: nothing is ever stopped",
    monitoringIntervalMs:
      intervalMs > timeoutMs &&
      `a look every ${every} is rarer than the timeout of ${timeout}: what starts in between is found late`,
    cpuHoldMs:
      limits.cpuPercent !== null &&
      cpuHoldMs < intervalMs &&
      `a CPU burst of ${duration(cpuHoldMs)} is judged, with a look every ${every}: short work is stopped`,
    killGraceMs:
      killGraceMs > timeoutMs &&
      `a grace of ${duration(killGraceMs)} is longer than the timeout of ${timeout} itself`,
    maxMemoryUsageMB:
      memoryBytes > machineBytes &&
      `the limit of ${bytes(memoryBytes)} is more than this machine's ${bytes(machineBytes)}: the kernel is first`,
    armTicks:
      reprieveMs > HOUR_MS &&
      `what runs already is left alone for ${duration(reprieveMs)} after each start of the monitor`,
    scope:
      scope === "machine" &&
      !isRoot &&
      "scope machine without root: other accounts' processes are seen, and cannot be stopped",
  };
  return Object.entries(odd).flatMap(([key, detail]) =>
    detail === false ? [] : limited(`setting ${key}`, detail, BETTER[key]),
  );
}
