/** From parsed options to an exit code: opens what a launch needs, runs it, and says what became of it. */
import { launchSettings, type LaunchSettings } from "../../config/cached.ts";
import { launchPlan, type LaunchPlan } from "../../core/launch-limits.ts";
import { printable } from "../../core/mask.ts";
import { runGated, type GatePorts, type GateRequest, type GateResult } from "../../gate/run.ts";
import { systemClock } from "../../os/clock.ts";
import { countUngatedBun } from "../../os/linux/gatehouse/census.ts";
import { openGatehouse } from "../../os/linux/gatehouse/gatehouse.ts";
import { ProcFiles } from "../../os/linux/proc-files.ts";
import { entryAt, isOwnDirectory, markOf, writeWhole } from "../../os/linux/private-files.ts";
import { readText } from "../../os/linux/files.ts";
import { openContainers, thisProcess } from "../../os/select-containers.ts";
import type { ThisProcess } from "../../ports.ts";
import { oneOf, SCOPES } from "../one-of.ts";
import { gateDirectory } from "../scope.ts";
import type { WrapperOptions } from "./arguments.ts";
import { exitAs, killLines } from "./ending.ts";
import { countUngatedJobs } from "./ungated.ts";
import { waitingLine, type WaitingLine } from "./progress.ts";
import type { Launch } from "./report.ts";
import { relay } from "./relay.ts";

/** The wrapper itself failed; 126 and 127 as shells have them; 75 is EX_TEMPFAIL of sysexits.h. */
export const WRAPPER_FAILED = 125;
const [NOT_EXECUTABLE, NOT_FOUND, REFUSED] = [126, 127, 75] as const;

/** What is known of the program before it runs. */
export interface Program {
  readonly version: string;
  /** Path of what counts the jobs outside the gate. */
  readonly counter: string;
}

export async function launch(
  args: readonly string[],
  options: WrapperOptions,
  { version, counter }: Program,
): Promise<number> {
  const self = thisProcess();
  const uid = process.getuid?.() ?? -1;
  const runtime = await runtimeDirectory(uid);
  const settings = await launchSettings(
    {
      cwd: process.cwd(),
      env: process.env,
      uid,
      home: process.env["HOME"] ?? (await import("node:os")).homedir(),
      ...(options.config !== undefined && { file: options.config }),
      flags: { scope: oneOf("--scope", options.scope, SCOPES) },
    },
    runtime,
    version,
    { exists: (path) => entryAt(path) === 0, markOf, read: textAt, write: writeWhole },
  );
  for (const warning of settings.warnings) say(`warning: ${warning}`);
  const plan = planFor(args, options, settings);
  const request = requestFor(args, options, settings, plan, self.environment);
  const progress = waitingLine();
  const ports = openPorts({ self, runtime, settings, plan, progress, counter });
  const launched: Launch = { request, plan, settings, reportPath: options.jsonReport ?? null };
  const result = await runGated(request, ports).catch((error: unknown) => notStarted(error, request));
  progress.clear();
  return await conclude(launched, result);
}

interface Opening {
  readonly self: ThisProcess;
  readonly runtime: string;
  readonly settings: LaunchSettings;
  readonly plan: LaunchPlan;
  readonly progress: WaitingLine;
  readonly counter: string;
}

function openPorts({ self, runtime, settings, plan, progress, counter }: Opening): GatePorts {
  const { policy, gate, projectRoot } = settings;
  const proc = new ProcFiles();
  return {
    self,
    gatehouse: openGatehouse(gateDirectory(runtime, policy)),
    containers: openContainers(),
    clock: systemClock,
    ungated: async (room, slots) => {
      if (!gate.countUngated || countUngatedBun(proc, process.pid) < room) return 0;
      return countUngatedJobs(counter, policy, slots);
    },
    onWaiting: progress.show,
    beforeStart: () => {
      progress.clear();
      return relay(() => systemClock.monotonicMs());
    },
    forKilling: async () => (await import("./for-killing.ts")).openKilling(projectRoot, runtime),
    ...(plan.sparing && {
      isSpared: async (members) => (await import("./spared.ts")).isSpared(members, policy),
    }),
  };
}

/** The best candidate is there in nearly every case; else the whole search is loaded, which also makes it. */
async function runtimeDirectory(uid: number): Promise<string> {
  const usual = uid === 0 ? "/run/bun-watchdog" : `/run/user/${uid}/bun-watchdog`;
  const isUsual = (uid === 0 || isOwnDirectory(`/run/user/${uid}`, uid)) && isOwnDirectory(usual, uid);
  return isUsual ? usual : (await import("../../os/runtime-directory.ts")).ensureRuntimeDirectory(uid);
}

const textAt = (path: string): string | null => {
  const text = readText(path);
  return typeof text === "number" ? null : text;
};

const say = (line: string): void => console.error(`bun-wrapper: ${line}`);

const planFor = (
  args: readonly string[],
  { timeoutMs, memoryBytes, cpuPercent }: WrapperOptions,
  { policy, gate }: LaunchSettings,
): LaunchPlan =>
  launchPlan(
    ["bun", ...args],
    process.cwd(),
    {
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(memoryBytes !== undefined && { memoryBytes }),
      ...(cpuPercent !== undefined && { cpuPercent }),
    },
    policy,
    gate.memoryMB === null ? null : gate.memoryMB * 1_024 ** 2,
  );

const requestFor = (
  args: readonly string[],
  options: WrapperOptions,
  { policy, gate }: LaunchSettings,
  plan: LaunchPlan,
  env: Readonly<Record<string, string>>,
): GateRequest => ({
  argv: [process.execPath, ...args],
  cwd: process.cwd(),
  env,
  streams: ["inherit", "inherit", "inherit"],
  limits: plan.limits,
  graceMs: options.graceMs ?? policy.killGraceMs,
  keep: options.keep ?? false,
  maxSlots: gate.maxSlots ?? policy.limits.concurrency,
  waitMs: options.waitMs === undefined ? gate.waitMs : options.waitMs,
  name: options.name === undefined ? null : printable(options.name, 100),
  command: plan.command,
  takesSlot: plan.takesSlot,
  maxDepth: gate.maxDepth,
});

type Concluded = GateResult | { readonly kind: "not started"; readonly code: number };

function notStarted(error: unknown, { argv }: GateRequest): Concluded {
  const code = error instanceof Error && "code" in error ? error.code : null;
  if (code !== "ENOENT" && code !== "EACCES") throw error;
  say(`${argv[0]} cannot be started: ${code === "ENOENT" ? "it is not there" : "it may not be executed"}.`);
  return { kind: "not started", code: code === "ENOENT" ? NOT_FOUND : NOT_EXECUTABLE };
}

async function conclude(launched: Launch, result: Concluded): Promise<number> {
  switch (result.kind) {
    case "not started":
      return result.code;
    case "refused": {
      const { refusalText } = await import("./refusal.ts");
      console.error(refusalText(launched.request, result.refusal, result.waitedMs));
      await report(launched, result, REFUSED);
      return REFUSED;
    }
    case "ended": {
      for (const line of killLines(launched.request, result)) say(line);
      const exit = exitAs(result.end.ending);
      await report(launched, result, exit.code);
      return exit.signal === null ? exit.code : await dieOf(exit.signal, exit.code);
    }
  }
}

async function report(launched: Launch, result: GateResult, exitCode: number): Promise<void> {
  const { reportPath } = launched;
  if (reportPath === null) return;
  const { writeReport } = await import("./report.ts");
  writeReport(reportPath, launched, result, exitCode);
}

/** Who waits for us sees what it would have seen without us. Resolves only where the signal does not end us. */
async function dieOf(signal: NodeJS.Signals, code: number): Promise<number> {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  await systemClock.sleep(1_000);
  return code;
}
