/** `monitor -- <command>`: a CI step under the monitor. Its exit code is ours; what was stopped meanwhile is summed up. */
import { appendFileSync } from "node:fs";
import { constants } from "node:os";
import type { Loaded } from "../../config/load.ts";
import type { CarriedOut } from "../../monitor/report.ts";
import { CommandError } from "../errors.ts";
import { describeMonitor, monitorOver } from "../running-monitor.ts";
import { summaryMarkdown, summaryText } from "../render/summary.ts";
import { serve, type ServeOptions } from "./serve.ts";
import { usersEnvironment } from "../../os/own-bun.ts";
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

function start(command: readonly string[]): Running {
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
      env: usersEnvironment(process.env),
      stdio: ["inherit", "inherit", "inherit"],
    });
  } catch (error) {
    forwarding.abort();
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`"${command.join(" ")}" cannot be started: ${why}`);
  }
  return { pid: child.pid, ended: endOf(child).finally(() => forwarding.abort()) };
}

async function endOf(child: Bun.Subprocess): Promise<number> {
  const code = await child.exited;
  return child.signalCode === null ? code : 128 + signalNumber(child.signalCode);
}

/** Runs `command` to its end under a monitor of its own, or under the one that already runs. Resolves to its exit code. */
export async function withCommand(
  command: readonly string[],
  loaded: Loaded,
  options: Pick<ServeOptions, "armed" | "onEvent">,
): Promise<number> {
  const running = await monitorOver(loaded.policy, { overlapping: true });
  if (running !== null) {
    console.error(`bun-watchdog: a monitor already runs and watches this: ${describeMonitor(running)}`);
    return start(command).ended;
  }
  const stopped: CarriedOut[] = [];
  const stop = new AbortController();
  let exitCode = 0;
  await serve(loaded, {
    ...options,
    stop,
    onCarriedOut: (step) => stopped.push(step),
    onReady: (_service, watcher) => {
      const { pid, ended } = start(command);
      watcher.self = { ...watcher.self, commandPid: pid };
      void ended.then((code) => {
        exitCode = code;
        stop.abort("the command ended");
      });
    },
  });
  console.error(summaryText(stopped));
  const summaryFile = process.env["GITHUB_STEP_SUMMARY"];
  if (summaryFile !== undefined && summaryFile !== "")
    appendFileSync(summaryFile, summaryMarkdown(command, stopped));
  return exitCode;
}
