/** Starting the process that thaws (I4), and talking to it; what it does at the end is each backend's own script. */
import type { ProcessId } from "../core/process.ts";
import type { FreezeGuard } from "../ports.ts";

export interface GuardScript {
  /**
   * For /bin/sh. It says "up" once it is deaf to signals, "ok" to every line "."; it remembers the other lines, and
   * continues who is on them when its standard input ends.
   */
  readonly source: string;
  /** How a process is named to it: one line, words without quotes. */
  readonly lineOf: (id: ProcessId) => string;
  readonly env: Readonly<Record<string, string>>;
  /** Told of the guard's process as soon as there is one. */
  readonly onStart?: (guard: Bun.Subprocess) => void;
}

/** The part of a script before its `thaw`: it collects the words of all lines in $watched. */
export const LISTENING = `
trap '' HUP INT QUIT TERM PIPE USR1 USR2 TSTP TTIN TTOU
set -f
echo up
watched=
while read -r line; do
  if [ "$line" = . ]; then echo ok; else watched="$watched $line"; fi
done
`;

/** Resolves once the guard runs and is deaf to signals. Throws when it cannot be started (EAGAIN: no process left). */
export const startGuard = async ({ source, lineOf, env, onStart }: GuardScript): Promise<FreezeGuard> => {
  const shell = Bun.spawn(["/bin/sh", "-c", source], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
    // its own session: a Ctrl-C or a hang-up meant for us does not reach it
    detached: true,
    cwd: "/",
    env,
  });
  onStart?.(shell);
  const answers = shell.stdout.getReader();
  /** What the guard says comes in order, one short line per request. */
  const answered = async (word: string): Promise<void> => {
    let text = "";
    while (!text.endsWith("\n")) {
      const { value, done } = await answers.read();
      if (done)
        throw new Error(`The guard process (pid ${shell.pid}) ended; nothing may be frozen without it.`);
      text += new TextDecoder().decode(value);
    }
    if (text !== `${word}\n`)
      throw new Error(`The guard process said ${JSON.stringify(text)}, not "${word}".`);
  };
  await answered("up");
  return {
    watch: async (ids: readonly ProcessId[]) => {
      const lines = ids.map((id) => `${lineOf(id)}\n`).join("");
      await shell.stdin.write(`${lines}.\n`);
      await shell.stdin.flush();
      await answered("ok");
    },
    [Symbol.asyncDispose]: async () => {
      await shell.stdin.end();
      await shell.exited;
    },
  };
};
