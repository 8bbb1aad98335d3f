/**
 * Being told which files of a directory have got more bytes: inotify(7), read as Bun reads any file that can be polled.
 * 0.1 ms from the write to the call, no thread, nothing while nothing is written.
 */
import { address, close, cString, syscall } from "../ffi.ts";
import type { GrowthWatch, OnGrown } from "../../backend.ts";

const isArm = process.arch === "arm64";
const NR = { inotify_init1: isArm ? 26 : 294, inotify_add_watch: isArm ? 27 : 254 } as const;
/** Non-blocking, else Bun's reader would spin. */
const IN_NONBLOCK_CLOEXEC = 0o2004000;
/** IN_DELETE_SELF: what stands for nothing while nothing is to be told. */
const [IN_MODIFY, NOTHING_YET] = [2, 0x400];
const IN_Q_OVERFLOW = 0x4000;

/** struct inotify_event: where mask, length of the name, and the name are. */
const [MASK_AT, LENGTH_AT, NAME_AT] = [4, 12, 16];

/** null: the account has no watch left, or the kernel none to give. */
export function inotifyGrowth(directory: string, onGrown: OnGrown): GrowthWatch | null {
  const fd = syscall(NR.inotify_init1, IN_NONBLOCK_CLOEXEC);
  if (fd < 0) return null;
  const path = cString(directory);
  // of a directory that is watched already it changes what is told
  const tell = (what: number): boolean => syscall(NR.inotify_add_watch, fd, address(path), what) >= 0;
  if (!tell(IN_MODIFY)) {
    close(fd);
    return null;
  }
  const reader = Bun.file(fd).stream().getReader();
  let isClosed = false;
  const follow = async (): Promise<void> => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || isClosed) return;
      for (let rest = onGrown(namesIn(value)); rest !== null; rest = onGrown(null)) {
        // each write would wake us, to no end
        tell(NOTHING_YET);
        await rest;
        if (isClosed) return;
        tell(IN_MODIFY);
      }
    }
  };
  void follow();
  return {
    [Symbol.dispose]: () => {
      if (isClosed) return;
      isClosed = true;
      // Bun leaves a descriptor that it was given open
      void reader.cancel().then(() => close(fd));
    },
  };
}

/** null: more happened than the kernel remembers; any of the files may have grown. */
function namesIn(events: Uint8Array): ReadonlySet<string> | null {
  const { buffer, byteOffset, byteLength } = events;
  const view = new DataView(buffer, byteOffset, byteLength);
  const bytes = Buffer.from(buffer, byteOffset, byteLength);
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
