/** The kernel's word that a v1 memory group is at its limit and somebody has to die: an eventfd on memory.oom_control. */
import { allocate, close, newEventfd, open, readInto } from "../ffi.ts";
import { whenReadable } from "../when-readable.ts";
import type { Group } from "./group.ts";

const COUNTER_BYTES = 8;

export class OomEvent implements Disposable {
  readonly #fd: number;
  #isClosed = false;
  #cancel = (): void => {};

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** null where the kernel takes no such wish: what it has killed is counted at the end. */
  static open(group: Group): OomEvent | null {
    const event = newEventfd();
    const control = open(`${group.directory}/memory.oom_control`);
    const refused = group.write("cgroup.event_control", `${event} ${control}`);
    if (control >= 0) close(control);
    if (refused === null) return new OomEvent(event);
    close(event);
    return null;
  }

  /** Resolves at the next one, with true; with false when there will be none. The group's removal is one as well. */
  next(): Promise<boolean> {
    // its number may be another file's by now
    if (this.#isClosed) return Promise.resolve(false);
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const takeBack = whenReadable(this.#fd, () => {
      // sets the counter back to zero
      readInto(this.#fd, allocate(COUNTER_BYTES));
      resolve(true);
    });
    if (takeBack === null) resolve(false);
    this.#cancel = () => {
      takeBack?.();
      resolve(false);
    };
    return promise;
  }

  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#cancel();
    close(this.#fd);
  }
}
