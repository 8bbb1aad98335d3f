/**
 * A lock and a socket, for as long as a service runs: it is found by them, and they keep a second one from
 * its work.
 */
import pkg from "../../package.json" with { type: "json" };
import { systemClock } from "../os/clock.ts";
import type { Lock } from "../os/lock.ts";
import { ensureRuntimeDirectory, runtimePath } from "../os/runtime-directory.ts";
import { acquireLock, connectedAccounts } from "../os/select.ts";
import { ownUid } from "../trust/open.ts";
import { CommandError } from "../text/errors.ts";
import { printable } from "../text/mask.ts";
import type { About, Protocol, Routes } from "../wire/routes.ts";
import { serveSocket, type Service } from "../wire/server.ts";
import { holderNow } from "./holder.ts";
import { Registration } from "./registration.ts";

export interface Post<R extends Routes, A extends About> {
  readonly protocol: Protocol<R, A>;
  /** The name of its lock and its socket: one service runs for each name. */
  readonly name: string;
  /** Resolves to words for the service that has the say already, whatever its name is; null = none has. */
  readonly whoRuns: () => Promise<string | null>;
  /** The text that a second one is told. */
  readonly refusal: (who: string) => string;
}

/** Another one has the say. */
class AlreadyRuns extends CommandError {}

const account = (): number => ownUid() ?? -1;

/** @throws CommandError when another one already runs */
export async function takePost<R extends Routes, A extends About>(
  { name, protocol, whoRuns, refusal }: Post<R, A>,
  project: string,
): Promise<Lock> {
  const running = await whoRuns();
  if (running !== null) throw new AlreadyRuns(refusal(running));
  const path = runtimePath(ensureRuntimeDirectory(account()), name, "lock");
  const untilMs = systemClock.monotonicMs() + HANDED_DOWN_MS;
  for (;;) {
    const lock = acquireLock(path, { project, command: protocol.title });
    if (!("heldBy" in lock)) return lock;
    const { pid, project: where = "?" } = lock.heldBy;
    // pid 0: who has it is not known
    const hasEnded = pid > 1 && holderNow(lock.heldBy) === null;
    if (!hasEnded || systemClock.monotonicMs() > untilMs)
      throw new AlreadyRuns(refusal(`pid ${pid}, started in ${printable(where)}`));
    await systemClock.sleep(LOOK_MS);
  }
}

/** What a service was starting when it was killed has its lock until it is another program (close-on-exec, execve(2)). */
const [HANDED_DOWN_MS, LOOK_MS] = [2_000, 5];

/** The socket is 0600 in a directory of 0700; who came by all the same, with a descriptor for instance, is not obeyed. */
function mayAsk(socket: string): () => boolean {
  let seen: boolean | null = null;
  const look = (): boolean => {
    // a connection is accepted in one turn of the loop and heard in a later one: one look for all that are heard in this one
    setImmediate(() => (seen = null));
    return connectedAccounts(socket)
      .values()
      .every((each) => each === account() || each === 0);
  };
  return () => (seen ??= look());
}

interface StationOptions<R extends Routes, A extends About> {
  readonly project: string;
  readonly answers: Service<R, A>["answers"];
  readonly about: () => Omit<A, keyof About>;
  /** Aborts to end the service; it is aborted where somebody asks for its end, or has taken its place. */
  readonly stop: AbortController;
  /** Is told as a clause what is wrong with the lock or the socket. */
  readonly onTrouble: (what: string) => void;
}

/** Can be found and asked until it is disposed. */
export class Station implements Disposable {
  readonly #registration: Registration;
  readonly #title: string;
  #lost: Error | null = null;

  constructor(lock: Lock, post: Post<Routes, About>, options: StationOptions<Routes, About>) {
    const { name, protocol } = post;
    const { project, answers, about, stop, onTrouble } = options;
    const sinceMs = systemClock.wallMs();
    const { version } = pkg;
    this.#title = protocol.title;
    this.#registration = new Registration(lock, {
      take: () => takePost(post, project),
      serve: (directory) => {
        const socket = runtimePath(directory, name, "sock");
        return serveSocket(
          socket,
          protocol,
          {
            answers,
            about: () => ({ ...about(), version, pid: process.pid, project, sinceMs }),
            stop: () => stop.abort("asked to"),
          },
          mayAsk(socket),
        );
      },
      onRetaken: () => onTrouble("its lock and socket had been removed, and are back in their place"),
      onTrouble: (what) => onTrouble(`its lock and socket were removed: ${what}`),
      onLost: (error) => {
        this.#lost = error;
        stop.abort(`its lock was removed, and another ${protocol.title} has taken over`);
      },
      isLoss: (error) => error instanceof AlreadyRuns,
      nowMs: () => systemClock.monotonicMs(),
    });
  }

  /** Call this every now and then: lock and socket are put back if somebody has removed them. */
  look(everyMs?: number): void {
    this.#registration.look(everyMs);
  }

  /** @throws CommandError where another one has taken its place */
  requireOwn(): void {
    if (this.#lost === null) return;
    throw new CommandError(
      `The lock of this ${this.#title} was removed, and it has ended. ${this.#lost.message}`,
    );
  }

  /** Once it is disposed: resolves when what was asked before has been answered. */
  get answered(): Promise<unknown> {
    return this.#registration.answered;
  }

  [Symbol.dispose](): void {
    this.#registration[Symbol.dispose]();
  }
}
