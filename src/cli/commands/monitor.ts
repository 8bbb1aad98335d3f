/**
 * `monitor`: watch in the foreground, in the background, once, or while a command runs. What a monitor that stays does not
 * need is loaded only by who needs it: it would be in memory for months.
 */
import type { Loaded } from "../../config/load.ts";
import type { WatchdogEvent } from "../../core/plan/event.ts";
import { Outlet } from "../../record/outlet.ts";
import { isWritable } from "../../os/select.ts";
import { notIgnored } from "../../os/select-start.ts";
import { configuration } from "../../host/configuration.ts";
import { eventDocument } from "../../wire/documents/actions.ts";
import { UsageError } from "../../text/errors.ts";
import { serve } from "../../watch/serve.ts";
import { describeEvent } from "../../render/live.ts";
import { hanging } from "../../render/notes.ts";
import { isQuiet } from "../../text/quiet.ts";
import { lineWidth } from "../../text/style.ts";
import { describeMonitor, monitorOver } from "../../host/running-monitor.ts";
import { CONFIG_OPTIONS, type Declaration, type DeclaredOption } from "../declaring.ts";
import { MONITOR_FLAGS, type MonitorOptions } from "../plain-monitor.ts";

/** CI machines are made for one run: nothing there ran before us that deserves a reprieve. */
const isArmed = (options: MonitorOptions): boolean => options.yes === true || process.env["CI"] === "true";

const [STDOUT, STDERR] = [1, 2] as const;
/** The wait for readers at the end; the log has the lines for anybody who has not read them by then. */
const LAST_WORDS_MS = 1_000;

/** The monitor's own lines never wait for a terminal that is stopped or a pipe that nobody reads. */
const outletFor = (fd: number, { json }: MonitorOptions): Outlet =>
  new Outlet(fd, {
    isWritable,
    lost: (lines) => {
      const what = `${lines} lines were dropped here: nobody read them; the journal has them`;
      return json === true
        ? JSON.stringify(eventDocument({ type: "trouble", atMs: Date.now(), what }))
        : what;
    },
  });

const printer =
  (options: MonitorOptions, print: (line: string) => void) =>
  (event: WatchdogEvent): void => {
    const line = options.json === true ? JSON.stringify(eventDocument(event)) : describeEvent(event);
    if (line !== null) print(line);
  };

async function foreground(loaded: Loaded, options: MonitorOptions): Promise<number> {
  const stop = new AbortController();
  const out = outletFor(STDOUT, options);
  const say = (line: string): void => void ((isQuiet() && options.json !== true) || out.say(line));
  const onSignal = (signal: NodeJS.Signals): void => stop.abort(signal);
  for (const signal of notIgnored(["SIGTERM", "SIGINT", "SIGHUP"])) process.once(signal, onSignal);
  await serve(loaded, {
    armed: isArmed(options) || options.once === true,
    stop,
    once: options.once === true,
    onEvent: printer(options, say),
    onReady: async (_service, watcher) => {
      if (options.json === true) return;
      const { welcome } = await import("../../render/first-contact.ts");
      say(welcome(watcher, loaded, options.once === true));
    },
  });
  await out.end(LAST_WORDS_MS);
  return 0;
}

async function stopRunning(loaded: Loaded, { ifNone }: { readonly ifNone?: string } = {}): Promise<void> {
  const { stopMonitor: stop } = await import("../../watch/background.ts");
  const stopped = await stop(loaded);
  const said = stopped === null ? ifNone : `Stopped: ${stopped}`;
  if (said !== undefined) console.log(said);
}

async function start(loaded: Loaded, options: MonitorOptions): Promise<number> {
  const args = (["config", "scope", "mode"] as const).flatMap((flag) => {
    const value = options[flag];
    return value === undefined ? [] : [`--${flag}`, value];
  });
  const { detachMonitor } = await import("../../watch/background.ts");
  const running = await detachMonitor(loaded, options.yes === true ? [...args, "--yes"] : args);
  console.log(hanging(`Watching: ${describeMonitor(running)}`, lineWidth()).join("\n"));
  const [{ Operator }, { firstContact }] = await Promise.all([
    import("../../watch/operator.ts"),
    import("../../render/first-contact.ts"),
  ]);
  const operator = new Operator(loaded);
  try {
    console.log(firstContact(await operator.look({ full: true, remember: false })).join("\n"));
  } finally {
    await operator[Symbol.asyncDispose]();
  }
  return 0;
}

export async function monitor(command: readonly string[], options: MonitorOptions): Promise<number> {
  const chosen = (["detach", "stop", "restart", "once"] as const).filter((key) => options[key] === true);
  if (chosen.length > 1)
    throw new UsageError(`${chosen.map((key) => `--${key}`).join(" and ")} exclude each other. Choose one.`);
  if (command.length > 0 && chosen.length > 0)
    throw new UsageError(`--${chosen[0]} takes no command. Leave out "${command.join(" ")}" or the flag.`);
  if (options.clean === true && command.length === 0)
    throw new UsageError(
      "--clean ends what a command has left running. Give it one: monitor --clean -- bun test",
    );
  const loaded = await configuration(options);
  if (options.restart === true) await stopRunning(loaded);
  const isStart = command.length === 0 && !options.stop && !options.once;
  const running = isStart ? await monitorOver(loaded.policy, "overlapping") : null;
  if (running !== null) {
    const { handOver } = await import("../../watch/hand-over.ts");
    console.log(await handOver(running, loaded));
    return 0;
  }
  const errors = outletFor(STDERR, options);
  if (command.length > 0) {
    const { withCommand } = await import("../../watch/with-command.ts");
    return withCommand(command, loaded, {
      armed: true,
      clean: options.clean === true,
      onEvent: printer(options, (line) => void (isQuiet() || errors.say(line))),
    });
  }
  if (options.stop === true) {
    await stopRunning(loaded, { ifNone: "No monitor runs." });
    return 0;
  }
  if (options.detach === true || options.restart === true) return start(loaded, options);
  return foreground(loaded, options);
}

export const monitorCommand: Declaration = {
  argument: ["[command...]", "a command to run under the monitor; its exit code is passed through"],
  passThrough: true,
  options: [
    ...CONFIG_OPTIONS,
    ...Object.entries(MONITOR_FLAGS).map(([name, flag]): DeclaredOption => [
      `${"short" in flag ? `-${flag.short}, ` : ""}--${name}`,
      flag.meaning,
    ]),
  ],
  instead: {
    stop: "monitor --stop",
    start: "monitor --detach",
    restart: "monitor --restart",
    status: "status",
    logs: "logs --follow",
  },
  examples: [
    ["monitor", "in the foreground; Ctrl-C stops it"],
    ["monitor --detach", "in the background"],
    ["monitor --stop", "stop that one"],
    ["monitor --clean -- bun test", "a CI step under the monitor; nothing of it stays"],
  ],
  exitCodes: [
    ["0", "it was stopped, or it watches in the background"],
    ["1", "it could not begin, or not be stopped"],
    ["2", "wrong arguments, or a wrong configuration"],
    ["any", "with a command: the exit code of the command"],
  ],
  run: monitor,
};
