/**
 * The process that thaws what we froze, should we be KILLed in between (I4): SIGSTOP has no automatic end.
 *
 * A few lines of sh: it needs no Bun, 1 MB and no external command. Its standard input is our pipe, which the
 * kernel closes whatever way we die; then it continues every process whose start time still matches. The
 * executable is deliberately not compared: a process that we stopped in the middle of an exec has another
 * one by now and needs the SIGCONT all the same, and no process can take over a pid *and* its start tick.
 */
import type { ProcessId } from "../../core/process.ts";
import type { FreezeGuard } from "../../ports.ts";
import { ownChild } from "./contain/own-children.ts";

/**
 * Lines on stdin: `pid startTicks` to remember, `.` to be acknowledged. The name in /proc/PID/stat may hold
 * newlines, so all lines of it are joined, and what follows the last ") " is numbers; field 22 is the 20th of them.
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM PIPE USR1 USR2 TSTP TTIN TTOU
set -f
echo up
watched=
while read -r line; do
  if [ "$line" = . ]; then echo ok; else watched="$watched $line"; fi
done
started() { shift 19; startNow=$1; }
thaw() {
  stat=
  while read -r part; do stat="$stat $part"; done < "/proc/$1/stat" || return
  started \${stat##*) }
  if [ "$startNow" = "$2" ]; then kill -CONT "$1"; fi
}
set -- $watched
while [ $# -ge 2 ]; do thaw "$1" "$2"; shift 2; done
`;

/** Resolves once the guard runs and is deaf to signals. Throws when it cannot be started (EAGAIN: no process left). */
export const startGuard = async (): Promise<FreezeGuard> => {
  const shell = Bun.spawn(["/bin/sh", "-c", SCRIPT], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "ignore",
    // its own session: a Ctrl-C or a hang-up meant for us does not reach it
    detached: true,
    cwd: "/",
    env: {},
  });
  ownChild(shell);
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
      const lines = ids.map(({ pid, startTicks }) => `${pid} ${startTicks}\n`).join("");
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
