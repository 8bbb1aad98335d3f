/**
 * The process that thaws what we froze, should we be KILLed in between (I4): SIGSTOP has no automatic end.
 *
 * A few lines of sh: it needs no Bun, 1 MB and no external command. Its standard input is our pipe, which the
 * kernel closes whatever way we die; then it continues every process whose start time still matches. The
 * executable is deliberately not compared: a process that we stopped in the middle of an exec has another
 * one by now and needs the SIGCONT all the same, and no process can take over a pid *and* its start tick.
 */
import { ownChild } from "./contain/own-children.ts";
import { type GuardScript, LISTENING } from "../guard.ts";

/**
 * Lines on stdin: `pid startTicks` to remember, `.` to be acknowledged. The name in /proc/PID/stat may hold
 * newlines, so all lines of it are joined, and what follows the last ") " is numbers; field 22 is the 20th of them.
 */
const SOURCE = `${LISTENING}
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

export const LINUX_GUARD: GuardScript = {
  source: SOURCE,
  lineOf: ({ pid, startTicks }) => `${pid} ${startTicks}`,
  env: {},
  onStart: ownChild,
};
