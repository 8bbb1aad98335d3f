/** A counter that the kernel adds to, eventfd(2): Bun reads it as a file, so its event loop hears of it. */
import { close, SYS, syscall } from "../ffi.ts";

interface Reader {
  read(): Promise<{ readonly done: boolean }>;
  cancel(): Promise<void>;
}

/** O_NONBLOCK as well: without it Bun's reader would spin. */
const EFD_NONBLOCK_CLOEXEC = 0o2004000;

/** Keeps the process alive until it is closed. */
export class Eventfd implements Disposable {
  #isClosed = false;

  private constructor(
    readonly fd: number,
    private readonly reader: Reader,
  ) {}

  /** null: this process has no descriptor left. */
  static open(): Eventfd | null {
    const fd = syscall(SYS.eventfd2, 0, EFD_NONBLOCK_CLOEXEC);
    if (fd < 0) return null;
    try {
      return new Eventfd(fd, Bun.file(fd).stream().getReader());
    } catch {
      // it takes another one to read it (EMFILE)
      close(fd);
      return null;
    }
  }

  /** Resolves to true when something was added since the last time; to false when it is closed. */
  async next(): Promise<boolean> {
    const { done } = await this.reader.read();
    return !done && !this.#isClosed;
  }

  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // Bun leaves a descriptor that it was given open
    void this.reader.cancel().then(() => close(this.fd));
  }
}
