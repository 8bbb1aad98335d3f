/**
 * The process that thaws (I4), and talking to it; how it continues a process is each backend's own script.
 *
 * One for the whole process, started before anything is to be stopped: when a fork bomb has taken the last pid, no guard
 * can be started any more, and what is not frozen while it is killed starts itself again.
 */
import { existsSync } from "node:fs";
import type { ProcessId } from "../core/process/process.ts";
import type { FreezeGuard } from "../ports/guard.ts";

export interface GuardScript {
  /**
   * For a shell. It says "up" once it is deaf to signals, and "ok" to every line "."; it remembers whom a "+" line names,
   * continues and forgets whom a "-" line names, and continues all of them when it hears nothing for SILENCE_S, and at
   * the end of its input.
   */
  readonly source: string;
  /** How a process is named to it: words without quotes. */
  readonly nameOf: (id: ProcessId) => string;
  readonly env: Readonly<Record<string, string>>;
  /** Told of the guard's process as soon as there is one. */
  readonly onStart?: (guard: Bun.Subprocess) => void;
}

/** An owner that is stopped itself (Ctrl-Z, a paused container, a debugger) keeps nothing frozen for longer. */
const SILENCE_S = 5;
/** While something is frozen. An event loop that does not turn any more says nothing. */
const HEARTBEAT_MS = 1_000;
/** One that lives answers within a scheduling turn, and this on a machine with a fork bomb. */
const ANSWER_MS = 3_000;
/**
 * The whole script around a `thaw` that takes the words of one process. Where `read` knows no -t (POSIX does not), silence
 * is not noticed, only the end. A shell tells time that is over like an end: another read tells the two apart.
 */
export const guardScript = (thaw: string): string => `
trap '' HUP INT QUIT TERM PIPE USR1 USR2 TSTP TTIN TTOU
set -f
${thaw}
nl='
'
watched=
each() {
  IFS=$nl
  set -- $watched
  unset IFS
  for one do thaw $one; done
}
forget() {
  IFS=$nl
  gone=$1
  set -- $watched
  unset IFS
  watched=
  for one do [ "$one" = "$gone" ] || watched="$watched$one$nl"; done
  thaw $gone
}
timed=
(read -r -t 1 line) < /dev/null 2> /dev/null
[ $? = 1 ] && timed="-t ${SILENCE_S}"
echo up
while :; do
  if [ -n "$watched" ]; then
    read -r $timed line || { each; read -r line || break; }
  else
    read -r line || break
  fi
  case $line in
    .) echo ok;;
    +*) watched="$watched\${line#+}$nl";;
    -*) forget "\${line#-}";;
  esac
done
each
`;

/** Those that can wait for a limited time first: dash, which is sh on many systems, cannot. */
const SHELLS = ["/bin/bash", "/usr/bin/bash", "/bin/sh"];

/** Starts the guard with the first lease, and anew where it has ended since. */
export class GuardKeeper {
  #guard: Promise<Guard> | null = null;

  constructor(private readonly script: GuardScript) {}

  /** Resolves once the guard runs and is deaf to signals. Throws when it cannot be started (EAGAIN: no process left). */
  async lease(): Promise<FreezeGuard> {
    this.#guard ??= Guard.start(this.script);
    const guard = this.#guard;
    try {
      const kept = await guard;
      if (kept.isAlive) return kept.lease();
    } catch (error) {
      if (this.#guard === guard) this.#guard = null;
      throw error;
    }
    if (this.#guard === guard) this.#guard = null;
    return this.lease();
  }
}

class Guard {
  readonly #answers: { read(): Promise<{ readonly value?: Uint8Array | undefined; readonly done: boolean }> };
  /** Its answers come in order: whoever asks waits for those who asked before. */
  #lastAnswer: Promise<void> = Promise.resolve();
  #isBroken = false;

  private constructor(
    private readonly shell: Bun.Subprocess<"pipe", "pipe", "ignore">,
    private readonly nameOf: GuardScript["nameOf"],
  ) {
    this.#answers = shell.stdout.getReader();
  }

  static async start({ source, nameOf, env, onStart }: GuardScript): Promise<Guard> {
    const shell = SHELLS.find((path) => existsSync(path));
    if (shell === undefined) throw new Error(`this system has no shell (${SHELLS.join(", ")})`);
    const started = Bun.spawn([shell, "-c", source], {
      stdin: "pipe",
      stdout: "pipe",
      stderr: "ignore",
      // its own session: a Ctrl-C or a hang-up meant for us does not reach it
      detached: true,
      cwd: "/",
      env,
    });
    onStart?.(started);
    // it ends when we do
    started.unref();
    const guard = new Guard(started, nameOf);
    await guard.#answered("up");
    return guard;
  }

  get isAlive(): boolean {
    return !this.#isBroken && this.shell.exitCode === null && this.shell.signalCode === null;
  }

  lease(): FreezeGuard {
    const watched: ProcessId[] = [];
    let heartbeat: Timer | undefined;
    return {
      watch: async (ids) => {
        watched.push(...ids);
        heartbeat ??= setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
        await this.#ask(ids.map((id) => `+${this.nameOf(id)}`));
      },
      [Symbol.asyncDispose]: async () => {
        clearInterval(heartbeat);
        // a dead guard cannot be told, and a killed one has nobody to thaw for: the owner lives and has continued them itself
        if (this.isAlive) await this.#ask(watched.map((id) => `-${this.nameOf(id)}`));
      },
    };
  }

  #beat(): void {
    if (this.isAlive) this.#write("\n");
  }

  async #ask(lines: readonly string[]): Promise<void> {
    const before = this.#lastAnswer;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#lastAnswer = promise;
    try {
      await before;
      this.#write(`${[...lines, "."].join("\n")}\n`);
      await this.#answered("ok");
    } catch (error) {
      this.#isBroken = true;
      throw error;
    } finally {
      resolve();
    }
  }

  #write(text: string): void {
    void this.shell.stdin.write(text);
    void this.shell.stdin.flush();
  }

  async #answered(word: string): Promise<void> {
    let text = "";
    while (!text.endsWith("\n")) {
      const answer = await within(ANSWER_MS, this.#answers.read());
      if (answer === null)
        throw new Error(`The guard process (pid ${this.shell.pid}) does not answer; is it stopped?`);
      if (answer.done)
        throw new Error(`The guard process (pid ${this.shell.pid}) ended; nothing may be frozen without it.`);
      text += new TextDecoder().decode(answer.value);
    }
    if (text !== `${word}\n`)
      throw new Error(`The guard process said ${JSON.stringify(text)}, not "${word}".`);
  }
}

const within = async <T>(ms: number, work: Promise<T>): Promise<T | null> => {
  const { promise, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
};
