/** `monitor -- <command>`: a CI step under the monitor. Its exit code is ours; what was stopped meanwhile is summed up. */
import { commandLine } from "../text/mask.ts";
import { accessSync, appendFileSync, constants as fileModes } from "node:fs";
import type { Loaded } from "../config/load.ts";
import type { CarriedOut, Departure } from "../wire/reports.ts";
import type { RunningMonitor } from "../wire/client.ts";
import type { MonitorService } from "../monitor/service.ts";
import type { Watcher } from "../monitor/watcher.ts";
import { codeOf, messageOf } from "../text/system-error.ts";
import { CommandError } from "../text/errors.ts";
import { describeMonitor, monitorOver } from "../host/running-monitor.ts";
import { offer } from "./hand-over.ts";
import { summaryMarkdown, summaryText } from "../render/summary.ts";
import { serve, type ServeOptions } from "./serve.ts";
import { usersEnvironment } from "../trust/own-bun.ts";
import { openControl } from "../os/select.ts";
import { codeOfSignal } from "../os/signal-code.ts";
import { readSelf, samplerFor } from "../host/watch-ports.ts";
import { ignoringToo, notIgnored } from "../os/select-start.ts";

/** Signals that end us are passed on; the command decides what becomes of them. */
const FORWARDED = ["SIGTERM", "SIGHUP", "SIGINT"] as const;

interface Running {
  readonly pid: number;
  /** Exit code as a shell reports it: 128 + n for death by signal n. */
  readonly ended: Promise<number>;
  /** The variable that it, and all that it starts, has: `NAME=value`. */
  readonly assignment: string;
}

const VARIABLE = "BUN_WATCHDOG_COMMAND";

function start(command: readonly string[]): Running {
  const mark = crypto.randomUUID();
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
      env: { ...usersEnvironment(process.env), [VARIABLE]: mark },
      stdio: ["inherit", "inherit", "inherit"],
    });
  } catch (error) {
    forwarding.abort();
    const why = messageOf(error);
    throw new CommandError(`"${commandLine(command)}" cannot be started: ${why}`);
  }
  const ended = endOf(child).finally(() => forwarding.abort());
  return { pid: child.pid, ended, assignment: `${VARIABLE}=${mark}` };
}

async function endOf(child: Bun.Subprocess): Promise<number> {
  const code = await child.exited;
  return child.signalCode === null ? code : codeOfSignal(child.signalCode);
}

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
  options: CommandOptions,
): Promise<number> {
  const missing = whyNotStarted(command);
  if (missing !== null) {
    console.error(`error: "${commandLine(command)}" cannot be started: ${missing.why}`);
    return missing.exitCode;
  }
  const running = await monitorOver(loaded.policy, "overlapping");
  const ended =
    running === null
      ? await underOwn(command, loaded, options)
      : await underRunning(command, loaded, options, running);
  if (ended.departure !== null) {
    console.error(summaryText(ended.departure));
    const summaryFile = process.env["GITHUB_STEP_SUMMARY"];
    if (summaryFile !== undefined && summaryFile !== "")
      appendSummary(summaryFile, summaryMarkdown(command, ended.departure));
  }
  return ended.exitCode;
}

interface Ended {
  readonly exitCode: number;
  readonly departure: Departure | null;
}

async function underOwn(
  command: readonly string[],
  loaded: Loaded,
  { clean, ...options }: CommandOptions,
): Promise<Ended> {
  const stopped: CarriedOut[] = [];
  const stop = new AbortController();
  let end: Promise<Ended> | null = null;
  const run = async (service: MonitorService, watcher: Watcher): Promise<Ended> => {
    const { pid, ended, assignment } = start(command);
    watcher.self = { ...watcher.self, commandPids: new Set([pid]) };
    const exitCode = await ended;
    const { left } = await service.depart({ pid, assignment, clean }, watcher.self);
    return { exitCode, departure: { stopped, left } };
  };
  await serve(loaded, {
    ...options,
    stop,
    onCarriedOut: (step) => stopped.push(step),
    onReady: (service, watcher) => {
      end = run(service, watcher).finally(() => stop.abort("the command ended"));
      // it is awaited below, once the service has ended
      end.catch(() => {});
    },
  });
  return await must(end);
}

/** This very process stands for the command, and is gone when that has ended. */
async function underRunning(
  command: readonly string[],
  loaded: Loaded,
  { clean }: CommandOptions,
  running: RunningMonitor,
): Promise<Ended> {
  console.error(`bun-watchdog: a monitor already runs and watches this: ${describeMonitor(running)}`);
  await offer(running, loaded, false);
  const sampler = samplerFor(loaded.policy);
  const self = readSelf(sampler);
  sampler.close();
  const id = openControl().identify(process.pid);
  // before it starts: what it starts first is below us already
  const { result } = id === null ? { result: "gone" } : await running.accompany(id);
  if (result === "gone")
    console.error(
      "warning: the running monitor does not find this process: the command is under its limits on number and age",
    );
  const { ended, assignment } = start(command);
  const exitCode = await ended;
  try {
    return { exitCode, departure: await running.depart({ pid: process.pid, assignment, clean }, self) };
  } catch (error) {
    // it was stopped meanwhile, or is another one by now: the command has ended as it has ended
    const why = messageOf(error);
    console.error(
      `warning: the monitor ${running.about.pid} does not say what it stopped, and what is left running: ${why}`,
    );
    return { exitCode, departure: null };
  }
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

function must(end: Promise<Ended> | null): Promise<Ended> {
  if (end === null) throw new CommandError("The monitor ended before the command began.");
  return end;
}
