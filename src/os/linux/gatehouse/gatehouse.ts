/** The gate's books as files: a lock, a record per slot, and a locked file per ticket. */
import type { watch as Watch } from "node:fs";
import { codeOf } from "../../../text/system-error.ts";
import { launcherOf, type Launcher } from "../../../core/process/slot.ts";
import type { Gatehouse, Ticket, Waiting } from "../../../ports/gate.ts";
import { namesIn } from "../files/files.ts";
import { ensurePrivateDirectory, entryAt, removeFile } from "../files/private-files.ts";
import { isAlive, statOf } from "../proc/process-id.ts";
import { close, SYS, syscall, address, allocate } from "../ffi.ts";
import { Field, stateOf } from "../proc/stat.ts";
import { ownPidNamespace } from "../proc/this-process.ts";
import { whenReadable } from "../pin/when-readable.ts";
import { holdFile, isHeld, lockFile } from "./flock.ts";
import { adoptSlot, hasSlot, holdSlot, readSlot, removeSlot, slotsAt } from "./slot-files.ts";

/** Numbers of equal length sort as they count. */
const DIGITS = 10;

export const slotsOf = (directory: string): string => `${directory}/slots`;

/** `directory` is one scope's; made when it is missing. */
export function openGatehouse(directory: string): Gatehouse {
  const [slots, tickets] = [slotsOf(directory), `${directory}/tickets`];
  const make = (): void => [directory, slots, tickets].forEach(ensurePrivateDirectory);
  make();
  /** Somebody may clear all of it away while a service of ours lives on. */
  const inPlace = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      if (codeOf(error) !== "ENOENT") throw error;
      ensurePrivateDirectory(directory.slice(0, directory.lastIndexOf("/")));
      make();
      return act();
    }
  };
  const own = ownPidNamespace();
  const pathOf = (ticket: Ticket): string => `${tickets}/${nameOf(ticket)}`;

  const queue = (): readonly Ticket[] =>
    namesIn(tickets)
      .toSorted()
      .flatMap((name) => {
        const ticket = ticketOf(name);
        if (ticket === null) return [];
        if (isHeld(pathOf(ticket))) return isStopped(ticket, own) ? [] : ticket;
        removeFile(pathOf(ticket));
        return [];
      });

  return {
    enter: async () => {
      using held = new DisposableStack();
      held.defer(await ownTurn());
      held.use(putOffStop());
      held.use(inPlace(() => lockFile(`${directory}/lock`)));
      return held.move();
    },
    slots: () => slotsAt(slots),
    record: (jobId) => readSlot(slots, jobId),
    hold: (jobId) => inPlace(() => holdSlot(slots, jobId)),
    adopt: (jobId) => adoptSlot(slots, jobId),
    remove: (jobId) => removeSlot(slots, jobId),
    queue,
    take: (owner, line) => {
      const last = namesIn(tickets).map((name) => ticketOf(name)?.number ?? 0);
      const ticket = { number: Math.max(0, ...last) + 1, owner, queue: line };
      const held = new DisposableStack();
      held.use(inPlace(() => holdFile(pathOf(ticket))));
      // removed first: who is behind us is woken by that, and finds nobody
      held.defer(() => removeFile(pathOf(ticket)));
      return { ...ticket, [Symbol.dispose]: () => held.dispose() };
    },
    changed: async (about, withinMs, signal) => {
      // loaded by who has to wait
      const { watch } = await import("node:fs");
      const { promise, resolve } = Promise.withResolvers<void>();
      const watching = follow(about, { slots, pathOf, own, watch }, resolve);
      const timer = setTimeout(resolve, withinMs);
      const giveUp = (): void => resolve();
      signal?.addEventListener("abort", giveUp);
      if (signal?.aborted === true) giveUp();
      await promise;
      signal?.removeEventListener("abort", giveUp);
      clearTimeout(timer);
      for (const stop of watching) stop();
    },
  };
}

interface Following {
  readonly slots: string;
  readonly pathOf: (ticket: Ticket) => string;
  readonly own: string;
  readonly watch: typeof Watch;
}

/** Looks once more after it has begun to watch: what changed in between is not missed. */
function follow(about: Waiting, at: Following, wake: () => void): readonly (() => void)[] {
  switch (about.for) {
    case "turn": {
      const path = at.pathOf(about.before);
      const stops = [onChange(path, at.watch, wake), onEnd(about.before.owner, at, wake)];
      if (entryAt(path) < 0) wake();
      return stops;
    }
    case "slot": {
      const stops = about.slots.map(({ owner, pidNamespace: namespace }) =>
        onEnd({ ...owner, pidNamespace: namespace }, at, wake),
      );
      stops.push(onChange(at.slots, at.watch, wake));
      if (!about.slots.every(({ jobId }) => hasSlot(at.slots, jobId))) wake();
      return stops;
    }
  }
}

const nothing = (): void => {};

/** Of a file: that it is removed. Of a directory: that something in it comes, goes or is replaced. */
function onChange(path: string, watch: typeof Watch, wake: () => void): () => void {
  try {
    const watcher = watch(path, (event) => event === "rename" && wake());
    // the file is gone: found by the look that follows
    watcher.on("error", nothing);
    return () => watcher.close();
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    // gone already, or no watches left (ENOSPC, EMFILE): then the time decides
    return nothing;
  }
}

/** A wrapper that is KILLed removes nothing. Without a handle on it the time decides. */
function onEnd({ pid, startTicks, pidNamespace: namespace }: Launcher, at: Following, wake: () => void) {
  if (namespace !== at.own) return nothing;
  const fd = syscall(SYS.pidfd_open, pid, 0);
  // opened, then identified
  if (!isAlive({ pid, startTicks })) wake();
  if (fd < 0) return nothing;
  const takeBack = whenReadable(fd, wake);
  return () => {
    takeBack?.();
    close(fd);
  };
}

/** Ctrl-Z in the queue must not keep everybody else waiting; it has its place again when it goes on. */
function isStopped({ owner }: Ticket, own: string): boolean {
  if (owner.pidNamespace !== own) return false;
  const stat = statOf(owner.pid);
  return stat !== null && stateOf(stat[Field.state] ?? 0) === "stopped";
}

/** The number of the ticket, and then as a job's id, with the queue in place of the job's number. */
const nameOf = ({ number, queue, owner: { pidNamespace: namespace, pid, startTicks } }: Ticket): string =>
  `${String(number).padStart(DIGITS, "0")}-${namespace}-${pid}-${startTicks}-${queue}`;

const ticketOf = (name: string): Ticket | null => {
  const owner = launcherOf(name.slice(DIGITS + 1));
  const number = Number(name.slice(0, DIGITS));
  const queue = Number(name.slice(name.lastIndexOf("-") + 1));
  return owner === null || !Number.isSafeInteger(number) ? null : { number, owner, queue };
};

let lastTurn: Promise<void> = Promise.resolve();

/**
 * The kernel's lock is for processes: whoever waits for it stands still as a whole, and with it whoever in the same process
 * has it. Resolves to what ends the turn.
 */
async function ownTurn(): Promise<() => void> {
  const before = lastTurn;
  const { promise, resolve } = Promise.withResolvers<void>();
  lastTurn = promise;
  await before;
  return resolve;
}

const SIGTSTP = 20;
const SIG_IGN = 1n;
/** The kernel's struct sigaction, rt_sigaction(2): handler, flags, restorer and mask, eight bytes each. */
const [ACTION_BYTES, MASK_BYTES] = [32, 8] as const;

/**
 * A wrapper that stands still with the gate's lock keeps all others out until somebody thinks of `fg`. So Ctrl-Z goes unheard
 * until this is disposed, which is after milliseconds and before there is a program that it could be meant for. What was to
 * be done about it before is done again then. SIGSTOP cannot be helped.
 */
function putOffStop(): Disposable {
  const [ignore, before] = [allocate(ACTION_BYTES), allocate(ACTION_BYTES)];
  new DataView(ignore.buffer).setBigUint64(0, SIG_IGN, true);
  const result = syscall(SYS.rt_sigaction, SIGTSTP, address(ignore), address(before), MASK_BYTES);
  return {
    [Symbol.dispose]: () => {
      if (result === 0) syscall(SYS.rt_sigaction, SIGTSTP, address(before), 0, MASK_BYTES);
    },
  };
}
