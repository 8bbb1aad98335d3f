/**
 * Somebody may KILL the foreground. A shell waits for our end on a pipe, and where that comes without a word, it becomes a program that
 * ends what we have launched. Where there is no shell, that program waits itself, which takes more memory.
 */
import { existsSync } from "node:fs";
import { jobIdOf } from "../../core/process/slot.ts";
import { thisProcess } from "../../os/select-containers.ts";
import { ownCommand, ownEnvironment } from "../../trust/own-bun.ts";
import { programFile } from "../../trust/package-file.ts";

const SHELL = "/bin/sh";
const WAITING = [SHELL, "-c", `trap '' HUP INT QUIT TERM; read -r _ || exec "$@"`, "sh"];

/** The process of a container needs none: all others end with it. Disposed after the apps have ended. */
export function guarded(): Disposable | null {
  if (process.pid === 1) return null;
  const { id, pidNamespace } = thisProcess();
  const program = programFile("src/manager/foreground/bun-watchdog-end-jobs.ts");
  const command = ownCommand(program, jobIdOf({ ...id, pidNamespace }, 0));
  const guard = Bun.spawn(existsSync(SHELL) ? [...WAITING, ...command] : [...command], {
    stdio: ["pipe", "ignore", "ignore"],
    // a session of its own: what is typed at our terminal does not reach it
    detached: true,
    cwd: "/",
    env: ownEnvironment(process.env),
  });
  guard.unref();
  return {
    [Symbol.dispose]: () => {
      void guard.stdin.write("\n");
      void guard.stdin.end();
    },
  };
}
