/** Starting a job's root: Bun's own spawn, nothing between us and it. */
import type { ChildStream, Launched, RootEnd, SpawnRequest } from "../../../ports/launch.ts";
import { close } from "../ffi.ts";
import { becameIt, ignoredSignals, withIgnoredSignals } from "../start/ignored-signals.ts";
import { processId } from "../proc/process-id.ts";
import { onHeldEnd } from "../proc/unreaped.ts";
import type { ChildChannel } from "./channel.ts";
import { ownChild } from "./own-children.ts";

/** Loaded for who asks for it: every start goes through here, and must not wait for a promise. */
const loadRunAs = (): typeof import("./run-as.ts") => require("./run-as.ts");

/** µs, as getrusage(2) counts; Bun gives a number or a bigint. */
const US_PER_MS = 1_000;

const openChannel = (onMessage: (message: unknown) => void): ChildChannel => {
  const { ChildChannel: Opened }: typeof import("./channel.ts") = require("./channel.ts");
  return new Opened(onMessage);
};

/**
 * `cgroup`: of the unified hierarchy; the child begins its life there (CLONE_INTO_CGROUP). Throws an Error with the code of execve(2).
 */
export const spawnRoot = (request: SpawnRequest, cgroup?: string): Launched => {
  const { onMessage, runAs } = request;
  const command = withOddNames(request);
  const as = runAs === undefined ? null : loadRunAs().prepareRunAs(runAs);
  const channel = onMessage === undefined ? null : openChannel(onMessage);
  const stdio = stdioOf(request);
  const start = (): Bun.Subprocess =>
    Bun.spawn([...withIgnoredSignals(as === null ? command : as.command(command, request))], {
      cwd: request.cwd,
      env: channel === null ? request.env : { ...request.env, ...channelAt(stdio.length) },
      stdio: channel === null ? stdio : [...stdio, channel.given],
      detached: request.session === "own",
      ...(cgroup !== undefined && { cgroup }),
    });
  const child = withChannel(channel, () => (as === null ? start() : as.around(start)));
  ownChild(child);
  becameIt(child.pid);
  const became = as?.becameIt(child.pid) ?? null;
  // they are the program's now: whoever waits for their end waits for the program alone
  for (const fd of request.inherited) close(fd);
  const id = processId(child.pid);
  // not reaped before the event loop turns: it may be a zombie, but it is there
  if (id === null) {
    child.kill("SIGKILL");
    throw new Error(`The program just started (pid ${child.pid}) cannot be found in /proc, and was killed.`);
  }
  return {
    // its file is still that of the program between
    id: became === null ? id : { ...id, exe: null },
    ...(became !== null && { became }),
    pipes: { stdin: piped(child.stdin), stdout: piped(child.stdout), stderr: piped(child.stderr) },
    ended: heardOut(channel, endOf(child, request.session === "own")),
    signal: (name) => {
      if (child.exitCode !== null || child.signalCode !== null) return false;
      child.kill(name);
      return true;
    },
    send: (message) => channel?.send(message) === true,
  };
};

/** By these the program finds it, Bun and Node alike. */
const channelAt = (fd: number): Readonly<Record<string, string>> => ({
  NODE_CHANNEL_FD: String(fd),
  NODE_CHANNEL_SERIALIZATION_MODE: "json",
});

function withChannel(channel: ChildChannel | null, start: () => Bun.Subprocess): Bun.Subprocess {
  if (channel === null) return start();
  try {
    const child = start();
    channel.begin();
    return child;
  } catch (error) {
    channel.giveUp();
    throw error;
  } finally {
    close(channel.given);
  }
}

function heardOut(channel: ChildChannel | null, ended: Promise<RootEnd>): Promise<RootEnd> {
  return channel === null ? ended : ended.finally(() => channel.end());
}

/** A descriptor that was given shows as its number. */
const piped = <End extends object>(end: End | number | null | undefined): End | null =>
  typeof end === "object" ? end : null;

/** A gap between two numbers stays one. */
function stdioOf({ streams, inherited }: SpawnRequest): [...SpawnRequest["streams"], ...ChildStream[]] {
  const all: ChildStream[] = [...streams];
  for (const fd of inherited) {
    while (all.length < fd) all.push("ignore");
    all[fd] = fd;
  }
  const [stdin, stdout, stderr, ...others] = all;
  return [stdin ?? "ignore", stdout ?? "ignore", stderr ?? "ignore", ...others];
}

const NAME = /^[A-Za-z_]\w*$/;

/** The shell that ignores signals for it drops variables whose names it could not set itself: they are set behind it. */
function withOddNames({ argv, env }: SpawnRequest): readonly string[] {
  if (ignoredSignals().size === 0) return argv;
  const odd = Object.entries(env).flatMap(([name, value]) =>
    value === undefined || NAME.test(name) ? [] : [`${name}=${value}`],
  );
  return odd.length === 0 ? argv : ["env", "--", ...odd, ...argv];
}

/** `isOfMany`: whoever looks after many is woken for none of them while they run. */
const endOf = async (child: Bun.Subprocess, isOfMany: boolean): Promise<RootEnd> => {
  const { promise, resolve } = Promise.withResolvers<RootEnd | null>();
  let stopLooking: (() => void) | undefined;
  // nobody who waits for the start waits for this
  const begin = setImmediate(() => (stopLooking = onHeldEnd(child.pid, resolve, isOfMany)));
  void child.exited.then(() => resolve(null));
  const held = await promise;
  clearImmediate(begin);
  stopLooking?.();
  if (held !== null) {
    // Bun waits for it as long as its tracer likes
    child.unref();
    return held;
  }
  const usage = child.resourceUsage();
  return {
    code: child.signalCode === null ? child.exitCode : null,
    signal: child.signalCode === null ? null : String(child.signalCode),
    cpuMs: usage === undefined ? 0 : Number(usage.cpuTime.total) / US_PER_MS,
    maxRssBytes: usage?.maxRSS ?? null,
  };
};
