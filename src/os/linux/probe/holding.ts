/** Whether a process can be held so that no other is mistaken for it, and whether its end can be forced and noticed. */
import { existsSync } from "node:fs";
import { type Finding, findings } from "../../../core/plan/finding.ts";
import { codeOf, messageOf } from "../../../text/system-error.ts";
import { ownCommand, ownEnvironment } from "../../../trust/own-bun.ts";
import { GuardKeeper } from "../../guard.ts";
import { close, Errno, getpid, SYS, syscall } from "../ffi.ts";
import { LINUX_GUARD } from "../pin/control.ts";
import { openDirectoryHandle, openHandle, systemError } from "../pin/pidfd.ts";
import { whenReadable } from "../pin/when-readable.ts";
import { requireOwnProc, ownPidNamespace } from "../proc/this-process.ts";
import { isTold } from "./is-told.ts";

const [right, dead] = [findings("right"), findings("dead")];

/** Opens this very process and asks through the handle whether it is there: signal 0 does nothing. */
export function pidfd(): Finding {
  const name = "process handles";
  const fd = syscall(SYS.pidfd_open, getpid(), 0);
  const asked = fd < 0 ? fd : syscall(SYS.pidfd_send_signal, fd, 0, 0, 0);
  if (fd >= 0) close(fd);
  if (asked === 0) return right.ok(name, "pidfd: a signal reaches the process that was judged, or nobody");
  const why = asked === -Errno.ENOSYS ? "this kernel has none" : "they are filtered (seccomp)";
  const enable = "Linux 5.3 or newer, and a container runtime of 2020 or newer";
  const handle = openDirectoryHandle(getpid());
  if (typeof handle === "number")
    return right.missing(name, `no pidfd (${why}), and /proc cannot be held`, enable, "right");
  handle.close();
  const instead = "held /proc directories stand in, asked right before each signal";
  return right.limited(name, `no pidfd (${why}): ${instead}`, enable);
}

export function ownProc(): Finding {
  const name = "/proc is ours";
  try {
    requireOwnProc();
  } catch (error) {
    if (codeOf(error) !== "PROC_NAMESPACE") throw error;
    const [what = "", next = ""] = messageOf(error).split(/(?<=namespace\.) /u);
    return right.missing(name, what, next, "right");
  }
  return right.ok(name, "its numbers are the ones that signals go by");
}

/** PROC_PID_INIT_INO of the kernel's include/linux/proc_ns.h: the namespace that the machine booted with. 0: there are none. */
const FIRST_NAMESPACES: ReadonlySet<string> = new Set(["4026531836", "0"]);

/** What a container, or hidepid, keeps out of view cannot be watched; nor can it be hit. */
export function view(): Finding {
  const name = "whose processes show";
  if (!existsSync("/proc/1/stat"))
    return right.limited(
      name,
      "only this account's (/proc is mounted with hidepid): enough for scopes user and project",
      "scope machine: run as root, or in the group that the mount option gid= names",
    );
  return right.ok(
    name,
    FIRST_NAMESPACES.has(ownPidNamespace())
      ? "all of this machine, and inside its containers"
      : "all of this container (PID namespace): what runs outside it is neither seen nor hit",
  );
}

/** Nothing is frozen without it, and freezing is what keeps a victim from respawning. */
export async function guard(): Promise<Finding> {
  const name = "freezing safely";
  try {
    await using guarding = await new GuardKeeper(LINUX_GUARD).lease();
    await guarding.watch([]);
  } catch (error) {
    const what = `the guard process cannot be started: ${messageOf(error)}`;
    return dead.missing(name, what, "a working /bin/sh and room for a process", "dead");
  }
  return dead.ok(name, "the guard starts and answers: should the watchdog die, nothing stays stopped");
}

/** Of a child that ends when its standard input does. */
export async function exitNotice(): Promise<Finding> {
  const name = "told of an end";
  // an image may have no shell
  const child = Bun.spawn(ownCommand("-e", "await Bun.stdin.text()"), {
    env: ownEnvironment(process.env),
    stdio: ["pipe", "ignore", "ignore"],
  });
  const handle = openHandle(child.pid);
  if (typeof handle === "number") throw systemError("pidfd_open", handle);
  const fd = handle.descriptor;
  const told = await isTold(
    (tell) => (fd === null ? null : whenReadable(fd, tell)),
    () => child.stdin.end(),
  );
  handle.close();
  await child.exited;
  return told
    ? dead.ok(name, "by the kernel, through AIO: waiting costs nothing")
    : dead.limited(
        name,
        "in a lesser way, which wakes up while it waits: AIO is filtered, or fs.aio-max-nr is used up",
        "sysctl fs.aio-max-nr, a seccomp profile with io_setup, and Linux 5.3 or newer",
      );
}
