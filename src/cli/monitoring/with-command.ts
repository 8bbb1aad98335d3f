/** `monitor -- <command>`: a CI step under the monitor. Its exit code is ours; what was stopped meanwhile is summed up. */
import { randomUUID } from "node:crypto";
import { commandLine } from "../../core/mask.ts";
import { accessSync, appendFileSync, constants as fileModes } from "node:fs";
import { constants } from "node:os";
import type { Loaded } from "../../config/load.ts";
import type { CarriedOut } from "../../monitor/report.ts";
import type { RunningMonitor } from "../../monitor/control-client.ts";
import type { Service } from "../../monitor/service.ts";
import type { Watcher } from "../../monitor/watcher.ts";
import { codeOf } from "../../core/system-error.ts";
import { CommandError } from "../errors.ts";
import { describeMonitor, monitorOver } from "../running-monitor.ts";
import { offer } from "./hand-over.ts";
import { summaryMarkdown, summaryText } from "../render/summary.ts";
import { leftRunning, type LeftRunning } from "./left-running.ts";
import { serve, type ServeOptions } from "./serve.ts";
import { usersEnvironment } from "../../trust/own-bun.ts";
import { openControl } from "../../os/select.ts";
import { ignoringToo, notIgnored } from "../../os/select-start.ts";

/** Signals that end us are passed on; the command decides what becomes of them. */
const FORWARDED = ["SIGTERM", "SIGHUP", "SIGINT"] as const;

const signalNumber = (signal: number | NodeJS.Signals): number =>
  typeof signal === "number" ? signal : constants.signals[signal];

interface Running {
  readonly pid: number;
  /** Exit code as a shell reports it: 128 + n for death by signal n. */
  readonly ended: Promise<number>;
}

function start(command: readonly string[], variables: Readonly<Record<string, string>> = {}): Running {
  const forwarding = new AbortController();
  /** Set before any handler runs: signals are delivered between two turns of the event loop. */
  let child: Bun.Subprocess | null = null;
  const forward = (signal: NodeJS.Signals): void => {
    // Ctrl-C in a terminal has reached the command already: it is in the same foreground group
    if (signal !== "SIGINT" || !process.stdin.isTTY) child?.kill(signal);
  };
  // before the command starts: it may be up, and somebody told so, before Bun.spawn returns
  const heard = notIgnored(FORWARDED);
  for (const signal of heard) process.on(signal, forward);
  forwarding.signal.addEventListener("abort", () => {
    for (const signal of heard) process.off(signal, forward);
  });
  try {
    child = Bun.spawn([...ignoringToo(command)], {
      env: { ...usersEnvironment(process.env), ...variables },
      stdio: ["inherit", "inherit", "inherit"],
    });
  } catch (error) {
    forwarding.abort();
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`"${commandLine(command)}" cannot be started: ${why}`);
  }
  return { pid: child.pid, ended: endOf(child).finally(() => forwarding.abort()) };
}

async function endOf(child: Bun.Subprocess): Promise<number> {
  const code = await child.exited;
  return child.signalCode === null ? code : 128 + signalNumber(child.signalCode);
}

/** Which run a process was started in; children inherit it. */
const VARIABLE = "BUN_WATCHDOG_COMMAND";

export interface CommandOptions extends Pick<ServeOptions, "armed" | "onEvent"> {
  /** What is left running at the end is ended. */
  readonly clean: boolean;
}

/** As shells say it: 127 where there is no such program, 126 where it may not be executed. Else null. */
function whyNotStarted([program = ""]: readonly string[]): { why: string; exitCode: number } | null {
  if (!program.includes("/")) {
    const { PATH } = usersEnvironment(process.env);
    return Bun.which(program, PATH === undefined ? {} : { PATH }) === null
      ? { why: "there is no such program on PATH", exitCode: 127 }
      : null;
  }
  try {
    accessSync(program, fileModes.X_OK);
    return null;
  } catch (error) {
    const isMissing = ["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "");
    return isMissing
      ? { why: "there is no such file", exitCode: 127 }
      : { why: "it may not be executed", exitCode: 126 };
  }
}

/** Runs `command` to its end under a monitor of its own, or under the one that already runs. Resolves to its exit code. */
export async function withCommand(
  command: readonly string[],
  loaded: Loaded,
  { clean, ...options }: CommandOptions,
): Promise<number> {
  const missing = whyNotStarted(command);
  if (missing !== null) {
    console.error(`error: "${commandLine(command)}" cannot be started: ${missing.why}`);
    return missing.exitCode;
  }
  const running = await monitorOver(loaded.policy, "overlapping");
  if (running !== null) {
    console.error(`bun-watchdog: a monitor already runs and watches this: ${describeMonitor(running)}`);
    await offer(running, loaded, false);
    // before it starts: what it starts first is below us already
    await accompanied(running);
    return start(command).ended;
  }
  const stopped: CarriedOut[] = [];
  const stop = new AbortController();
  let end: Promise<Ended> | null = null;
  await serve(loaded, {
    ...options,
    stop,
    onCarriedOut: (step) => stopped.push(step),
    onReady: (service, watcher) => {
      end = run(command, clean, service, watcher).finally(() => stop.abort("the command ended"));
      // it is awaited below, once the service has ended
      end.catch(() => {});
    },
  });
  const { exitCode, left } = await must(end);
  const summary = { stopped, left };
  console.error(summaryText(summary));
  const summaryFile = process.env["GITHUB_STEP_SUMMARY"];
  if (summaryFile !== undefined && summaryFile !== "")
    appendSummary(summaryFile, summaryMarkdown(command, summary));
  return exitCode;
}

/** This very process stands for the command, and is gone when that has ended. */
async function accompanied(running: RunningMonitor): Promise<void> {
  const own = openControl().identify(process.pid);
  const { result } = own === null ? { result: "gone" } : await running.accompany(own);
  if (result === "gone")
    console.error(
      "warning: the running monitor does not find this process: the command is under its limits on number and age",
    );
}

/** A disk that is full costs the summary, not the command's exit code. */
function appendSummary(path: string, text: string): void {
  try {
    appendFileSync(path, text);
  } catch (error) {
    if (codeOf(error) === null) throw error;
    console.error(`warning: the step's summary cannot be written: ${String(error)}`);
  }
}

interface Ended {
  readonly exitCode: number;
  readonly left: LeftRunning;
}

function must(end: Promise<Ended> | null): Promise<Ended> {
  if (end === null) throw new CommandError("The monitor ended before the command began.");
  return end;
}

async function run(
  command: readonly string[],
  clean: boolean,
  service: Service,
  watcher: Watcher,
): Promise<Ended> {
  const mark = randomUUID();
  const { pid, ended } = start(command, { [VARIABLE]: mark });
  watcher.self = { ...watcher.self, commandPid: pid };
  const exitCode = await ended;
  return { exitCode, left: await leftRunning(watcher, service, pid, `${VARIABLE}=${mark}`, clean) };
}
