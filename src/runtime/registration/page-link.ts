/** The connection to the page's server: waited for, kept while somebody looks, and waited for again. */
import type { EventLoopLag } from "../../core/program/lag.ts";
import { nextTryMs } from "../../core/program/registration.ts";
import { codeOf, messageOf } from "../../text/system-error.ts";
import {
  ArrivingLines,
  MOST_NAME_CHARACTERS,
  PROGRAMS_VERSION,
  READING_EVERY_MS,
  type ProgramLine,
} from "../../wire/programs.ts";
import { parseServerLine } from "./server-line.ts";
import { Looking } from "./looking.ts";
import { isOwnServer, pageSocket, watchForPage } from "./page-socket.ts";
import type { PageRegistration, PageRegistrationOptions } from "./registration.ts";

type Socket = Bun.Socket;

/** A server that was killed leaves its socket behind. */
const NOBODY: ReadonlySet<string | null> = new Set(["ENOENT", "ECONNREFUSED", "ECONNRESET"]);

export class PageLink implements PageRegistration {
  readonly #options: Required<PageRegistrationOptions>;
  readonly #uid: number;
  readonly #looking = new Looking((lag) => this.#guard(() => this.#tellReading(lag)));
  #lines = new ArrivingLines();
  #socket: Socket | null = null;
  #retry: Timer | null = null;
  #watch: Disposable | null = null;
  #tries = 0;
  #trouble: string | null = null;
  #mayCollectMs = Number.NEGATIVE_INFINITY;
  #isConnecting = false;
  #isOver = false;

  constructor(options: Required<PageRegistrationOptions>, uid: number) {
    this.#options = options;
    this.#uid = uid;
    this.#tryLater();
  }

  get state(): PageRegistration["state"] {
    return this.#socket === null ? "waiting" : "looked-at";
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    clearTimeout(this.#retry ?? undefined);
    this.#watch?.[Symbol.dispose]();
    this.#drop();
  }

  #tryLater(): void {
    if (this.#isOver) return;
    clearTimeout(this.#retry ?? undefined);
    this.#retry = setTimeout(() => this.#guard(() => this.#connect()), nextTryMs(this.#tries++));
    this.#retry.unref();
  }

  /** Whatever fails in here is our trouble, and none of the program's. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#fail(messageOf(error));
    }
  }

  #fail(trouble: string | null): void {
    this.#trouble = trouble;
    this.#drop();
    this.#tryLater();
  }

  #drop(): void {
    this.#looking[Symbol.dispose]();
    const socket = this.#socket;
    this.#socket = null;
    socket?.terminate();
  }

  /** Something has changed in the folder: it may be that somebody looks. */
  #come(): void {
    this.#tries = 0;
    this.#connect();
  }

  #connect(): void {
    if (this.#isOver || this.#isConnecting || this.#socket !== null) return;
    // first the watch, then the look: what comes between them is told
    this.#watch ??= watchForPage(this.#uid, {
      onCome: () => this.#guard(() => this.#come()),
      onGone: () => (this.#watch = null),
    });
    const unix = pageSocket(this.#uid);
    if (unix === null) return this.#fail(null);
    this.#isConnecting = true;
    const connecting = Bun.connect({
      unix,
      socket: {
        open: (socket) => this.#guard(() => this.#greet(socket)),
        data: (socket, piece) => this.#guard(() => socket === this.#socket && this.#hear(piece)),
        close: (socket) => this.#guard(() => socket === this.#socket && this.#fail(null)),
        error: (socket, error) => this.#guard(() => socket === this.#socket && this.#fail(messageOf(error))),
      },
    });
    connecting
      .catch((error: unknown) => this.#fail(NOBODY.has(codeOf(error)) ? null : messageOf(error)))
      .finally(() => (this.#isConnecting = false));
  }

  #greet(socket: Socket): void {
    socket.unref();
    if (this.#isOver) return socket.terminate();
    if (!isOwnServer(descriptorOf(socket), this.#uid)) {
      socket.terminate();
      return this.#fail("Another account listens where the page's server should.");
    }
    this.#socket = socket;
    this.#lines = new ArrivingLines();
    this.#tries = 0;
    this.#trouble = null;
    const { mayCollect } = this.#options;
    const name = this.#options.name.slice(0, MOST_NAME_CHARACTERS);
    this.#say({ type: "hello", version: PROGRAMS_VERSION, name, mayCollect });
    this.#looking.begin();
  }

  #say(line: ProgramLine): void {
    const text = `${JSON.stringify(line)}\n`;
    const written = this.#socket?.write(text);
    // its buffer holds hundreds of lines: nobody reads them, and this one is torn
    if (written !== undefined && written < Buffer.byteLength(text))
      this.#fail("The page's server takes nothing in.");
  }

  #hear(piece: Uint8Array): void {
    const lines = this.#lines.add(piece);
    if (lines === null) return this.#fail("The page's server says what is no line.");
    for (const text of lines) {
      const line = parseServerLine(text);
      if (line !== null) this.#collect(line.ask, line.force);
    }
  }

  #tellReading(eventLoop: EventLoopLag): void {
    const { timestamp, ...metrics } = this.#options.controller.getProcessMetrics();
    this.#say({ type: "reading", reading: { ...metrics, timestamp: timestamp.toISOString(), eventLoop } });
  }

  #collect(ask: number, force: boolean): void {
    const { controller, mayCollect } = this.#options;
    const nowMs = performance.now();
    if (!mayCollect)
      return this.#say({ type: "refused", ask, because: "it was registered without mayCollect" });
    if (nowMs < this.#mayCollectMs)
      return this.#say({ type: "refused", ask, because: "the collection before was less than a second ago" });
    const gcStats = controller.performGC(force);
    this.#mayCollectMs = performance.now() + READING_EVERY_MS;
    this.#say({ type: "collected", ask, gcStats });
  }
}

/** Bun has it, and its types have not. */
const descriptorOf = (socket: Socket): number =>
  "fd" in socket && typeof socket.fd === "number" ? socket.fd : -1;
