/**
 * The process that thaws what we froze, should we be KILLed or stopped in between (I4): SIGSTOP has no automatic end.
 *
 * A few lines for a shell: it needs no Bun, 2 MB and no other process. Its standard input is our pipe, which the
 * kernel closes whatever way we die; then it continues every process whose start time still matches. The
 * executable is deliberately not compared: a process that we stopped in the middle of an exec has another
 * one by now and needs the SIGCONT all the same, and no process can take over a pid *and* its start tick.
 */
import { ownChild } from "../contain/own-children.ts";
import { type GuardScript, guardScript } from "../../guard.ts";

/**
 * Takes pid and start ticks. The name in /proc/PID/stat may hold newlines, so all lines of it are joined, and what follows
 * the last ") " is numbers; field 22 is the 20th of them.
 */
const THAW = `
started() { shift 19; startNow=$1; }
thaw() {
  stat=
  while read -r part; do stat="$stat $part"; done < "/proc/$1/stat" || return
  started \${stat##*) }
  if [ "$startNow" = "$2" ]; then kill -CONT "$1"; fi
}`;

export const LINUX_GUARD: GuardScript = {
  source: guardScript(THAW),
  nameOf: ({ pid, startTicks }) => `${pid} ${startTicks}`,
  env: {},
  onStart: ownChild,
};
