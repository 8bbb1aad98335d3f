/**
 * Being told that a descriptor became readable, for descriptors that Bun has no event for (pidfds). The kernel polls
 * (Linux AIO, io_submit(2) with IOCB_CMD_POLL) and counts what is ready on an eventfd, which Bun reads as a file.
 * Bun.connect({fd}) gives the same news, but a loop with a connected socket in it wakes up every second.
 *
 * Linux 4.19 or newer; null where it is filtered or fs.aio-max-nr is used up.
 */
import { Eventfd } from "./eventfd.ts";
import { address, allocate, SYS, syscall } from "../ffi.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** As many at once; more are refused, and the caller finds another way. */
const MOST = 512;

/** struct iocb: the fields in use. */
const IOCB_BYTES = 64;
const AT = { data: 0, opcode: 16, fd: 20, events: 24, flags: 56, eventfd: 60 } as const;
const [IOCB_CMD_POLL, IOCB_FLAG_RESFD, POLLIN] = [5, 1, 1];
/** struct io_event: the caller's number comes first. */
const EVENT_BYTES = 32;
const AT_ONCE = 64;

interface Waiting {
  readonly iocb: Bytes;
  readonly onReadable: () => void;
}

/** One for the process, for good: to destroy it takes 30 ms and more, and the event loop stands still meanwhile. */
let queue: PollQueue | null = null;

/** Calls `onReadable` once, later; the result takes the wish back. null = the kernel does not do it. */
export function whenReadable(fd: number, onReadable: () => void): (() => void) | null {
  queue ??= PollQueue.open();
  return queue?.add(fd, onReadable) ?? null;
}

class PollQueue {
  readonly #waiting = new Map<number, Waiting>();
  readonly #events = allocate(EVENT_BYTES * AT_ONCE);
  readonly #noWait = allocate(16);
  #last = 0;
  /** There while somebody waits: it keeps the process alive. */
  #ready: Eventfd | null = null;

  static open(): PollQueue | null {
    const pointer = allocate(8);
    if (syscall(SYS.io_setup, MOST, address(pointer)) < 0) return null;
    return new PollQueue(Number(new DataView(pointer.buffer).getBigUint64(0, true)));
  }

  private constructor(private readonly context: number) {}

  add(fd: number, onReadable: () => void): (() => void) | null {
    const ready = (this.#ready ??= this.#listen());
    if (ready === null) return null;
    const number = ++this.#last;
    const iocb = request(number, fd, ready.fd);
    const list = allocate(8);
    new DataView(list.buffer).setBigUint64(0, BigInt(address(iocb)), true);
    if (syscall(SYS.io_submit, this.context, 1, address(list)) !== 1) {
      this.#restIfIdle();
      return null;
    }
    this.#waiting.set(number, { iocb, onReadable });
    return () => this.#remove(number);
  }

  #remove(number: number): void {
    const waiting = this.#waiting.get(number);
    if (waiting === undefined) return;
    this.#waiting.delete(number);
    // it still completes, as cancelled, and finds nobody
    syscall(SYS.io_cancel, this.context, address(waiting.iocb), address(this.#events));
    this.#restIfIdle();
  }

  #listen(): Eventfd | null {
    const ready = Eventfd.open();
    if (ready !== null) void this.#follow(ready);
    return ready;
  }

  async #follow(ready: Eventfd): Promise<void> {
    while (await ready.next()) this.#collect();
  }

  #collect(): void {
    const view = new DataView(this.#events.buffer);
    const ready: Waiting[] = [];
    for (let count = this.#next(); count > 0; count = this.#next()) {
      for (let at = 0; at < count * EVENT_BYTES; at += EVENT_BYTES) {
        const number = Number(view.getBigUint64(at, true));
        const waiting = this.#waiting.get(number);
        this.#waiting.delete(number);
        if (waiting !== undefined) ready.push(waiting);
      }
    }
    for (const { onReadable } of ready) onReadable();
    this.#restIfIdle();
  }

  #next(): number {
    const [events, noWait] = [address(this.#events), address(this.#noWait)];
    return syscall(SYS.io_getevents, this.context, 0, AT_ONCE, events, noWait);
  }

  /** Not before whoever waits next, for a process that is started anew, has said so. */
  #restIfIdle(): void {
    if (this.#waiting.size === 0) setImmediate(() => this.#rest());
  }

  #rest(): void {
    if (this.#waiting.size > 0) return;
    // of those that were taken back: what nobody collects takes the room of others
    while (this.#next() > 0);
    this.#ready?.[Symbol.dispose]();
    this.#ready = null;
  }
}

function request(number: number, fd: number, eventfd: number): Bytes {
  const iocb = allocate(IOCB_BYTES);
  const view = new DataView(iocb.buffer);
  view.setBigUint64(AT.data, BigInt(number), true);
  view.setUint16(AT.opcode, IOCB_CMD_POLL, true);
  view.setUint32(AT.fd, fd, true);
  view.setBigUint64(AT.events, BigInt(POLLIN), true);
  view.setUint32(AT.flags, IOCB_FLAG_RESFD, true);
  view.setUint32(AT.eventfd, eventfd, true);
  return iocb;
}
