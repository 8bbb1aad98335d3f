/**
 * The programs that have registered themselves (`bun-watchdog/runtime`): they connect to a socket that only this account can
 * open, and each is the process that the kernel says it is, whatever it says itself.
 */
import { rmSync } from "node:fs";
import { processName } from "../../../core/process/process.ts";
import { systemClock } from "../../../os/clock.ts";
import { runtimePath } from "../../../os/runtime-directory.ts";
import { socketPeer, startTicksOf } from "../../../os/select-start.ts";
import { ownUid } from "../../../trust/open.ts";
import { programsDocument, type ProgramsDocument } from "../../../wire/documents/programs.ts";
import { PROGRAMS_SOCKET } from "../../../wire/programs.ts";
import { type Collected, RegisteredProgram } from "./program.ts";

/** A program with workers has several. */
const [MOST_PROGRAMS, MOST_OF_A_PROCESS] = [64, 8];
/** Who asks again within this looks on. */
const LOOK_MS = 10_000;
/** Programs that are not busy have come by then. */
const COME_WITHIN_MS = 500;
const ANSWER_WITHIN_MS = 8_000;

type Socket = Bun.Socket<RegisteredProgram | null>;

export class Programs implements Disposable {
  readonly #programs = new Set<RegisteredProgram>();
  #listening: Bun.UnixSocketListener<RegisteredProgram | null> | null = null;
  #come: Promise<unknown> = Promise.resolve();
  #glance: Timer | null = null;

  readonly #directory: () => string;
  #path: string | null = null;

  /** `directory`: the account's runtime directory, made anew where it has gone. Who calls this has the dashboard's lock. */
  constructor(directory: () => string) {
    this.#directory = directory;
  }

  /** Somebody looks, now and for a while. Resolves when the programs have had time to come. */
  async look(): Promise<void> {
    clearTimeout(this.#glance ?? undefined);
    this.#glance = setTimeout(() => {
      this.#glance = null;
      this.#close();
    }, LOOK_MS);
    this.#glance.unref();
    this.#listen();
    await this.#come;
  }

  list(): ProgramsDocument {
    return programsDocument(
      this.#living().map((program) => program.document()),
      systemClock.wallMs(),
    );
  }

  /** Of each heap of that process: a worker has its own. Empty: no such process is registered. */
  async collect(id: string, force: boolean): Promise<readonly Collected[]> {
    await this.look();
    const meant = this.#living().filter((each) => processName(each.id) === id);
    return Promise.all(meant.map((each) => each.collect(force, ANSWER_WITHIN_MS)));
  }

  /** A child that was left the connection is not who has made it. */
  #living(): readonly RegisteredProgram[] {
    return [...this.#programs].filter(({ isKnown, id }) => isKnown && startTicksOf(id.pid) === id.startTicks);
  }

  #listen(): void {
    if (this.#listening !== null) return;
    const path = runtimePath(this.#directory(), PROGRAMS_SOCKET, "sock");
    // a server that was killed has left it
    rmSync(path, { force: true });
    const before = process.umask(0o177);
    try {
      this.#listening = Bun.listen<RegisteredProgram | null>({
        unix: path,
        socket: {
          open: (socket) => this.#greet(socket),
          data: (socket, piece) => this.#hear(socket, piece),
          close: (socket) => this.#leave(socket),
          error: (socket) => socket.terminate(),
        },
      });
    } finally {
      process.umask(before);
    }
    this.#path = path;
    this.#come = systemClock.sleep(COME_WITHIN_MS);
  }

  #close(): void {
    this.#listening?.stop(true);
    this.#listening = null;
    if (this.#path !== null) rmSync(this.#path, { force: true });
  }

  #greet(socket: Socket): void {
    socket.data = null;
    const peer = socketPeer("fd" in socket && typeof socket.fd === "number" ? socket.fd : -1);
    const isOurs = peer !== null && (peer.uid === ownUid() || peer.uid === 0);
    // 0: it lives in a PID namespace that is not below ours
    const startTicks = isOurs && peer.pid > 0 ? startTicksOf(peer.pid) : null;
    if (peer === null || startTicks === null || !this.#hasRoomFor(peer.pid)) return socket.terminate();
    socket.data = new RegisteredProgram({ pid: peer.pid, startTicks }, (line) => {
      const text = `${JSON.stringify(line)}\n`;
      // nobody reads there: what is torn is no line any more
      if (socket.write(text) < text.length) socket.terminate();
    });
    this.#programs.add(socket.data);
  }

  #hear(socket: Socket, piece: Uint8Array): void {
    const { data: program } = socket;
    if (program?.hear(piece, systemClock.wallMs()) !== true) socket.terminate();
  }

  #hasRoomFor(pid: number): boolean {
    const own = [...this.#programs].filter(({ id }) => id.pid === pid);
    return this.#programs.size < MOST_PROGRAMS && own.length < MOST_OF_A_PROCESS;
  }

  #leave({ data }: Socket): void {
    if (data === null) return;
    data.end();
    this.#programs.delete(data);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#glance ?? undefined);
    this.#glance = null;
    this.#close();
  }
}
