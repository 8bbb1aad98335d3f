/** Whether a process can be held so that no other is mistaken for it, and whether we see the right ones. */
import { readFileSync, readlinkSync } from "node:fs";
import { type Finding, findings } from "../../../core/plan/finding.ts";
import { close, Errno, getpid, SYS, syscall } from "../ffi.ts";
import { openDirectoryHandle } from "../pin/pidfd.ts";
import { requireOwnProc } from "../proc/require-own-proc.ts";
import { errorNameOf } from "./attempt.ts";

const { ok, limited, missing } = findings("right");

/** PROC_PID_INIT_INO of the kernel's include/linux/proc_ns.h: the namespace that the machine booted with. */
const FIRST_NAMESPACE = "pid:[4026531836]";

/** Opens this very process and asks through the handle whether it is there: signal 0 does nothing. */
export function pidfd(): Finding {
  const name = "process handles";
  const fd = syscall(SYS.pidfd_open, getpid(), 0);
  const asked = fd < 0 ? fd : syscall(SYS.pidfd_send_signal, fd, 0, 0, 0);
  if (fd >= 0) close(fd);
  if (asked === 0) return ok(name, "pidfd: a signal reaches the process that was judged, or nobody");
  const why = asked === -Errno.ENOSYS ? "this kernel has none" : "they are filtered (seccomp)";
  const enable = "Linux 5.3 or newer, and a container runtime of 2020 or newer";
  const handle = openDirectoryHandle(getpid());
  if (typeof handle === "number")
    return missing(name, `no pidfd (${why}), and /proc cannot be held`, enable, "right");
  handle.close();
  return limited(
    name,
    `no pidfd (${why}): held /proc directories stand in, asked right before each signal`,
    enable,
  );
}

export function ownProc(): Finding {
  const name = "/proc is ours";
  try {
    requireOwnProc();
  } catch (error) {
    if (errorNameOf(error) !== "PROC_NAMESPACE") throw error;
    const [what = "", next = ""] = String(error instanceof Error ? error.message : error).split(
      /(?<=namespace\.) /u,
    );
    return missing(name, what, next, "right");
  }
  return ok(name, "its numbers are the ones that signals go by");
}

/** What a container, or hidepid, keeps out of view cannot be watched; nor can it be hit. */
export function view(): Finding {
  const name = "whose processes show";
  try {
    readFileSync("/proc/1/stat");
  } catch (error) {
    if (!["ENOENT", "EACCES", "EPERM"].includes(errorNameOf(error))) throw error;
    return limited(
      name,
      "only this account's (/proc is mounted with hidepid): enough for scopes user and project",
      "scope machine: run as root, or in the group that the mount option gid= names",
    );
  }
  if (namespace() === FIRST_NAMESPACE) return ok(name, "all of this machine, and inside its containers");
  return ok(name, "all of this container (PID namespace): what runs outside it is neither seen nor hit");
}

function namespace(): string | null {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch (error) {
    // a kernel without PID namespaces has only the first
    if (errorNameOf(error) === "ENOENT") return FIRST_NAMESPACE;
    throw error;
  }
}
