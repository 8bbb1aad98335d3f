/**
 * Being told which files of a directory have got more bytes: inotify(7), read as Bun reads any file that can be polled.
 * 0.1 ms from the write to the call, no thread, nothing while nothing is written. In a flood each write would wake us, to no
 * end: then a second queue collects the names, which nobody is woken for, and is looked into after each rest.
 */
import { address, allocate, close, cString, readInto, syscall } from "../ffi.ts";
import type { GrowthWatch, OnGrown } from "../../backend.ts";

const isArm = process.arch === "arm64";
const NR = { inotify_init1: isArm ? 26 : 294, inotify_add_watch: isArm ? 27 : 254 } as const;
/** Non-blocking, else Bun's reader would spin. */
const IN_NONBLOCK_CLOEXEC = 0o2004000;
/** IN_DELETE_SELF: what stands for nothing. */
const [IN_MODIFY, NEVER] = [2, 0x400];
const IN_Q_OVERFLOW = 0x4000;

/** struct inotify_event: where mask, length of the name, and the name are. */
const [MASK_AT, LENGTH_AT, NAME_AT] = [4, 12, 16];
const buffer = allocate(64 * 1_024);

/** null: the account has no watch left, or the kernel none to give. */
export function inotifyGrowth(directory: string, onGrown: OnGrown): GrowthWatch | null {
  const [alarm, list] = [new Queue(directory), new Queue(directory)];
  if (!alarm.tell(IN_MODIFY) || !list.tell(NEVER)) {
    alarm.close();
    list.close();
    return null;
  }
  const reader = Bun.file(alarm.fd).stream().getReader();
  let isClosed = false;
  /** One is told before the other is silent, so nothing is missed between them. */
  const throughFlood = async (first: Promise<void>): Promise<void> => {
    for (let rest: Promise<void> | null = first; rest !== null; rest = onGrown(list.names())) {
      list.tell(IN_MODIFY);
      alarm.tell(NEVER);
      for (; rest !== null; rest = onGrown(list.names())) {
        await rest;
        if (isClosed) return;
      }
      alarm.tell(IN_MODIFY);
      list.tell(NEVER);
    }
  };
  const follow = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || isClosed) return;
      const rest = onGrown(namesIn(value));
      // Bun reads again before it does anything else, and whoever writes without end would be all that it ever does
      await (rest === null ? otherTasks() : throughFlood(rest));
      if (isClosed) return;
    }
  };
  void follow();
  return {
    [Symbol.dispose]: () => {
      if (isClosed) return;
      isClosed = true;
      list.close();
      // Bun leaves a descriptor that it was given open
      void reader.cancel().then(() => alarm.close());
    },
  };
}

const otherTasks = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

class Queue {
  readonly fd = syscall(NR.inotify_init1, IN_NONBLOCK_CLOEXEC);
  readonly #path: Uint8Array<ArrayBuffer>;

  constructor(directory: string) {
    this.#path = cString(directory);
  }

  /** Of a directory that is watched already it changes what is told. */
  tell(what: number): boolean {
    return this.fd >= 0 && syscall(NR.inotify_add_watch, this.fd, address(this.#path), what) >= 0;
  }

  /** What has been collected. */
  names(): ReadonlySet<string> | null {
    const names = new Set<string>();
    for (let length = readInto(this.fd, buffer); length > 0; length = readInto(this.fd, buffer)) {
      const more = namesIn(buffer.subarray(0, length));
      if (more === null) return null;
      for (const name of more) names.add(name);
    }
    return names;
  }

  close(): void {
    if (this.fd >= 0) close(this.fd);
  }
}

/** null: more happened than the kernel remembers; any of the files may have grown. */
function namesIn(events: Uint8Array): ReadonlySet<string> | null {
  const { buffer: memory, byteOffset, byteLength } = events;
  const view = new DataView(memory, byteOffset, byteLength);
  const bytes = Buffer.from(memory, byteOffset, byteLength);
  const names = new Set<string>();
  for (let at = 0; at + NAME_AT <= byteLength;) {
    if ((view.getUint32(at + MASK_AT, true) & IN_Q_OVERFLOW) !== 0) return null;
    const next = at + NAME_AT + view.getUint32(at + LENGTH_AT, true);
    const end = bytes.indexOf(0, at + NAME_AT);
    names.add(bytes.toString("utf8", at + NAME_AT, end < 0 ? next : Math.min(end, next)));
    at = next;
  }
  return names;
}
