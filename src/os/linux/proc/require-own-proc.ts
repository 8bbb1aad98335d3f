/** Refuses a /proc that numbers processes in another way than signals do: the wrong process would die. */
import { getpid } from "../ffi.ts";
import { readLink, textIn } from "../files/files.ts";

const NEXT =
  "Mount the /proc of this PID namespace (unshare --pid --fork --mount-proc, or `mount -t proc proc /proc`) and start again.";

/** Throws an Error with code "PROC_NAMESPACE". */
export const requireOwnProc = (): void => {
  const self = readLink("/proc/self");
  if (typeof self === "number")
    throw refusal(
      "/proc does not know this process: it is not mounted, or belongs to another PID namespace.",
    );
  if (self !== String(getpid())) {
    throw refusal(
      `/proc/self is ${self}, and this process is ${getpid()}: /proc belongs to another PID namespace.`,
    );
  }
  // By chance the two numbers can be equal. Seen from its own namespace a process has one pid: proc_pid_status(5).
  const pids = /^NSpid:\s+(\d+(?:\s+\d+)*)$/m.exec(textIn("/proc/self/status"))?.[1];
  if (pids !== undefined && /\s/.test(pids)) {
    throw refusal(
      `This process is seen as ${pids.replaceAll(/\s+/g, ", ")}: /proc belongs to an outer PID namespace.`,
    );
  }
};

const refusal = (what: string): Error =>
  Object.assign(new Error(`${what} ${NEXT}`), { code: "PROC_NAMESPACE" });
