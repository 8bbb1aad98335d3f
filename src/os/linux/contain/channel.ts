/**
 * Messages to and from a child, as child_process.fork has them: each is a line of JSON. Bun's own channel (`ipc`) keeps what comes until
 * its line ends, and a child that ends none would take all memory that we can get.
 */
import type { Socket } from "bun";
import { parsedJson } from "../../../text/json.ts";
import { address, allocate, close, O_CLOEXEC, O_NONBLOCK, SYS, syscall } from "../ffi.ts";
import { systemError } from "../pin/pidfd.ts";

const [AF_UNIX, SOCK_STREAM, MSG_DONTWAIT] = [1, 1, 0x40];
/** A longer one is left out. */
const MOST_BYTES = 1_048_576;
const NEWLINE = 10;
/** A socket holds less; whoever has inherited the other end may write on for ever. */
const MOST_LAST_READS = 16;

const pair = new Int32Array(allocate(8).buffer);
const last = allocate(65_536);

export class ChildChannel {
  /** The child's end: closed once the child has it. */
  readonly given: number;
  readonly #fd: number;
  #socket: Socket | null = null;
  #isOver = false;
  #line: Uint8Array[] = [];
  #lineBytes = 0;

  constructor(private readonly onMessage: (message: unknown) => void) {
    const kind = SOCK_STREAM | O_CLOEXEC | O_NONBLOCK;
    const result = syscall(SYS.socketpair, AF_UNIX, kind, 0, address(new Uint8Array(pair.buffer)));
    if (result < 0) throw systemError("socketpair", result);
    const [own = -1, given = -1] = pair;
    this.#fd = own;
    this.given = given;
  }

  /** Call it when there is a child. */
  begin(): void {
    const over = (): void => void (this.#isOver = true);
    const socket = {
      open: (opened: Socket) => void (this.#socket = opened),
      data: (_: Socket, bytes: Buffer) => this.#take(bytes),
      close: over,
      error: over,
    };
    // `fd` takes the place of a name, which the types do not know
    const options = { fd: this.#fd, unix: "", socket };
    Bun.connect(options).catch(over);
  }

  /** There is no child. */
  giveUp(): void {
    close(this.#fd);
  }

  /** Whether it is on its way. */
  send(message: unknown): boolean {
    if (this.#isOver || this.#socket === null) return false;
    const line = Buffer.from(`${JSON.stringify(message)}\n`);
    return this.#socket.write(line) === line.length;
  }

  /** The child has ended: what it has said before is still to be heard. */
  end(): void {
    for (let reads = 0; reads < MOST_LAST_READS && !this.#isOver; reads++) {
      const length = syscall(SYS.recvfrom, this.#fd, address(last), last.length, MSG_DONTWAIT);
      if (length <= 0) break;
      this.#take(last.subarray(0, length));
    }
    this.#isOver = true;
    this.#socket?.terminate();
  }

  #take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const end = bytes.indexOf(NEWLINE, at);
      const piece = bytes.subarray(at, end < 0 ? bytes.length : end);
      this.#lineBytes += piece.length;
      if (this.#lineBytes > MOST_BYTES) this.#line = [];
      else if (end < 0) this.#line.push(piece.slice());
      else this.#hear(Buffer.concat([...this.#line, piece]).toString());
      if (end < 0) return;
      [this.#line, this.#lineBytes] = [[], 0];
      at = end + 1;
    }
  }

  #hear(line: string): void {
    const message = parsedJson(line);
    if (message !== null && message !== undefined) this.onMessage(message);
  }
}
