/**
 * cgroup v1 memory (Documentation/admin-guide/cgroup-v1/memory.rst). Over the limit the kernel kills one process of the
 * group and goes on; an eventfd on memory.oom_control says so.
 */
import { close, cString, O_WRONLY, open, write } from "../ffi.ts";
import { systemError } from "../pin/pidfd.ts";
import type { Group } from "./group.ts";
import { type KernelMemory, refusal } from "./memory.ts";

/**
 * A group below `own`, ours at present; or why not. Memory and swap together are limited where swap is counted, else
 * the memory alone.
 */
export const memoryV1 = (own: Group, name: string, limitBytes: number | null): MemoryV1 | string => {
  const group = own.child(name);
  if (typeof group === "string") return `no group can be made in ${own.directory} (${group})`;
  const memory = new MemoryV1(group);
  const refused = limitBytes === null ? null : memory.limit(limitBytes);
  if (refused === null) return memory;
  group.remove();
  return refused;
};

/** The second, missing where swap is not counted, is never below the first: it is put out of the way, and set after that. */
const [LIMIT, WITH_SWAP] = ["memory.limit_in_bytes", "memory.memsw.limit_in_bytes"] as const;

/** How long a kill is waited for after the event that announces it: a large process takes its time to end. */
const [LOOKS, BETWEEN_LOOKS_MS] = [25, 20];

export class MemoryV1 implements KernelMemory {
  #isClosed = false;
  #close = (): void => {};

  constructor(readonly group: Group) {}

  limit(bytes: number | null): string | null {
    const { group } = this;
    group.unlimit(WITH_SWAP);
    const isTaken = bytes === null ? group.unlimit(LIMIT) : group.limit(LIMIT, bytes);
    if (bytes !== null) group.limit(WITH_SWAP, bytes);
    return isTaken ? null : refusal(group, LIMIT);
  }

  nowBytes(): number | null {
    return this.group.number("memory.usage_in_bytes");
  }

  peakBytes(): number | null {
    return this.group.number("memory.max_usage_in_bytes");
  }

  kills(): number {
    return this.group.value("memory.oom_control", "oom_kill") ?? 0;
  }

  pids(): readonly number[] {
    return this.group.pids();
  }

  around<T>(start: () => T): T {
    return startWithin(this.group, this.group.above(), start);
  }

  onKill(listener: () => void, onFailure: (error: unknown) => void): void {
    this.#listen(listener).catch(onFailure);
  }

  /** Loaded once the child runs: nobody has to wait for that. */
  async #listen(listener: () => void): Promise<void> {
    const { openOomEvent } = await import("./oom-event.ts");
    if (this.#isClosed) return;
    // that of another limit, before this one
    this.#close();
    const event = openOomEvent(this.group);
    if (event === null) return;
    this.#close = () => event[Symbol.dispose]();
    // before there was anybody to tell
    let hasKilled = this.kills() > 0;
    while (!hasKilled) {
      if (!(await event.next())) return;
      hasKilled = await this.#killsSoon();
    }
    listener();
  }

  /** The event comes first, the kill after it; or none, when the memory was found after all. */
  async #killsSoon(): Promise<boolean> {
    for (let look = 0; look < LOOKS && !this.#isClosed; look++) {
      if (this.kills() > 0) return true;
      await Bun.sleep(BETWEEN_LOOKS_MS);
    }
    return false;
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#close();
    this.group.remove();
  }
}

/**
 * A child is born into its parent's group, so this thread, the one that spawns, goes there and comes back: no shell
 * in between that would change the environment, and no moment in which the child is free.
 */
export function startWithin<T>(group: Group, own: Group, start: () => T): T {
  // both opened before anything is started: there is a way back, whatever becomes of it
  using there = door(group);
  using back = door(own);
  enter(there);
  try {
    return start();
  } finally {
    enter(back);
  }
}

interface Door extends Disposable {
  readonly path: string;
  readonly fd: number;
}

function door({ directory }: Group): Door {
  const path = `${directory}/tasks`;
  const fd = open(path, O_WRONLY);
  if (fd < 0) throw systemError(`open(${path})`, fd);
  return { path, fd, [Symbol.dispose]: () => void close(fd) };
}

/** `tasks` takes single threads; 0 is the one that writes. */
function enter({ path, fd }: Door): void {
  const result = write(fd, cString("0").subarray(0, 1));
  if (result < 0) throw systemError(`moving this thread to ${path}`, result);
}
