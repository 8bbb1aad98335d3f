/** From parsed options to an exit code: opens what a launch needs, runs it, and says what became of it. */
import { dirname, join } from "node:path";
import { launchSettings, type LaunchSettings, type PlanFor } from "../../config/cached.ts";
import { classify } from "../../core/process/classify.ts";
import type { LaunchPlan } from "../../core/slots/launch-limits.ts";
import { printable } from "../../text/mask.ts";
import { packageScript } from "../../core/process/package-script.ts";
import { bytes } from "../../text/wording.ts";
import { runGated, type GateRequest } from "../run.ts";
import { readText } from "../../os/linux/files/files.ts";
import { usersEnvironment } from "../../trust/own-bun.ts";
import { entryAt, markOf, ownerOf, writeWhole } from "../../os/linux/files/private-files.ts";
import { enterUserScope, reapOrphans, SCOPE_VARIABLE, thisProcess } from "../../os/select-containers.ts";
import { UsageError, workingDirectory } from "../../text/errors.ts";
import { oneOf, SCOPES } from "../../host/scope.ts";
import { sharingOf, slotLimit } from "../../host/slots.ts";
import type { WrapperOptions } from "./arguments.ts";
import { conclude, notStarted } from "./conclude.ts";
import { openPorts, runtimeDirectory } from "./ports.ts";
import { waitingLine, say } from "./say.ts";
import type { Launch } from "./report.ts";

/** With less the kernel kills whoever starts the program before it is one: us. */
const LEAST_MEMORY_BYTES = 2 * 1_024 ** 2;

interface LaunchedProgram {
  readonly version: string;
  /** Path of what counts the jobs outside the gate. */
  /** Those that were open before it opened any itself. */
  readonly descriptors: readonly number[];
}

export async function launch(
  args: readonly string[],
  options: WrapperOptions,
  { version, descriptors }: LaunchedProgram,
): Promise<number> {
  if (process.pid === 1) reapOrphans();
  const cwd = workingDirectory();
  const report =
    options.jsonReport === undefined ? null : (await import("./report.ts")).openReport(options.jsonReport);
  const self = thisProcess();
  const uid = process.getuid?.() ?? -1;
  const runtime = await runtimeDirectory(uid);
  const settings = await launchSettings(
    {
      cwd,
      // without what was put aside for the program: the settings are kept by what they were asked for
      env: usersEnvironment(process.env),
      uid,
      home: await home(uid),
      ...(options.config !== undefined && { file: options.config }),
      flags: { scope: oneOf("--scope", options.scope, SCOPES) },
    },
    runtime,
    version,
    { exists: (path) => entryAt(path) === 0, markOf, read: textAt, write: writeWhole },
  );
  for (const warning of settings.warnings) say(`warning: ${warning}`);
  const plan = await planOf(args, options, settings);
  const progress = waitingLine();
  const ports = openPorts({ self, runtime, settings, plan, progress });
  const { memoryBytes } = plan.limits;
  if (memoryBytes !== null && memoryBytes < LEAST_MEMORY_BYTES)
    throw new UsageError(
      `${bytes(memoryBytes)} of memory is less than any Bun needs to begin: nothing was started. Write at least ${bytes(LEAST_MEMORY_BYTES)}; a small program takes some 30 MB.`,
    );
  if (memoryBytes !== null && uid !== 0)
    await enterUserScope(self, ports.containers, memoryBytes, descriptors);
  const { [SCOPE_VARIABLE]: _, ...environment } = usersEnvironment(self.environment);
  const request = requestFor(args, options, settings, plan, {
    inherited: descriptors,
    env: environment,
  });
  const launched: Launch = { request, settings, report };
  const result = await runGated(request, ports).catch((error: unknown) => notStarted(error, request));
  progress.clear();
  return await conclude(launched, result);
}

/** Nearly always what the environment says; the question whether it may be believed is loaded where that is one. */
async function home(uid: number): Promise<string> {
  const named = process.env["HOME"] ?? "";
  const isUsual = uid === 0 ? named === "/root" : ownerOf(named) === uid;
  return isUsual ? named : (await import("../../trust/state.ts")).homeOf(uid, process.env);
}

const textAt = (path: string): string | null => {
  const text = readText(path);
  return typeof text === "number" ? null : text;
};

/** The rules are loaded only for a command that is new here. */
async function planOf(
  args: readonly string[],
  { timeoutMs, memoryBytes, cpuPercent }: WrapperOptions,
  { policy, gate, planFor }: LaunchSettings & { readonly planFor: PlanFor },
): Promise<LaunchPlan> {
  const argv = ["bun", ...args];
  const flags = { timeoutMs, memoryBytes, cpuPercent };
  const cwd = workingDirectory();
  const script = scriptFor(argv, cwd);
  return planFor([argv, flags, script], async () => {
    const { launchPlan } = await import("../../core/slots/launch-limits.ts");
    const memory = gate.memoryMB === null ? null : gate.memoryMB * 1_024 ** 2;
    return launchPlan(argv, cwd, flags, policy, memory, script);
  });
}

/** As Bun looks for it: in the nearest package.json. Read only where a script may be meant. */
function scriptFor(argv: readonly string[], directory: string): readonly string[] | null {
  if (classify(argv, "bun") !== "launcher") return null;
  for (let at = directory; ; at = dirname(at)) {
    const text = readText(join(at, "package.json"));
    if (typeof text === "string") return packageScript(argv, text);
    if (at === dirname(at)) return null;
  }
}

const requestFor = (
  args: readonly string[],
  options: WrapperOptions,
  settings: LaunchSettings,
  plan: LaunchPlan,
  given: Pick<GateRequest, "inherited" | "env">,
): GateRequest => ({
  argv: [process.execPath, ...args],
  cwd: workingDirectory(),
  ...given,
  session: "ours",
  streams: ["inherit", "inherit", "inherit"],
  limits: plan.limits,
  graceMs: options.graceMs ?? settings.policy.killGraceMs,
  keep: options.keep ?? false,
  maxSlots: slotLimit(settings),
  sharing: sharingOf(settings),
  waitMs: options.waitMs === undefined ? settings.gate.waitMs : options.waitMs,
  owner: "gate",
  name: options.name === undefined ? null : printable(options.name, 100),
  command: plan.command,
  counts: plan.takesSlot,
  project: settings.projectRoot,
  isTimeoutAskedFor: !plan.sparing,
  maxDepth: settings.gate.maxDepth,
});
