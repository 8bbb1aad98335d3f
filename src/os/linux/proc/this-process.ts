/** Names this process in records that outlive it. */
import type { ThisProcess } from "../../../ports/this-process.ts";
import { readLink, readText, textIn } from "../files/files.ts";
import { systemError } from "../pin/pidfd.ts";
import { processId } from "./process-id.ts";
import { getpid } from "../ffi.ts";

/** Throws an Error with code "PROC_NAMESPACE" where /proc shows another PID namespace's numbers. */
export const readThisProcess = (): ThisProcess => {
  requireOwnProc();
  const id = processId(process.pid);
  if (id === null) throw new Error(`pid ${process.pid} is not in /proc. This is a bug.`);
  return {
    id,
    pidNamespace: ownPidNamespace(),
    bootId: ownBootId(),
    environment: initialEnvironment(),
  };
};

/** "" where the system does not tell: a sandbox may hide it. */
export const ownBootId = (): string => textIn("/proc/sys/kernel/random/boot_id").trim();

/** As this process got it. Throws an Error where /proc cannot be read. */
export const initialEnvironment = (): Readonly<Record<string, string>> => {
  const text = readText("/proc/self/environ");
  if (typeof text === "number") throw systemError("Reading /proc/self/environ", text);
  return parseEnvironment(text);
};

/** Its inode, pid_namespaces(7). 0: a kernel without PID namespaces has one. */
export const ownPidNamespace = (): string => {
  const link = readLink("/proc/self/ns/pid");
  return typeof link === "number" ? "0" : (/\d+/.exec(link)?.[0] ?? "0");
};

/** As it was given, the program first: proc_pid_cmdline(5), where each word ends in NUL. Empty where it cannot be read. */
export const ownCommandLine = (): readonly string[] => textIn("/proc/self/cmdline").split("\0").slice(0, -1);

/** The one before our last `count` arguments; null where it cannot be read. */
export const argumentBefore = (count: number): string | null => ownCommandLine().at(-count - 1) ?? null;

/**
 * As the kernel handed it over (proc_pid_environ(5)). Not process.env: Bun has put the project's .env files into that,
 * and a child that got them from us would take them for the user's own settings.
 */
const parseEnvironment = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text.split("\0").flatMap((entry) => {
      const equals = entry.indexOf("=");
      return equals > 0 ? [[entry.slice(0, equals), entry.slice(equals + 1)]] : [];
    }),
  );

const NEXT =
  "Mount the /proc of this PID namespace (unshare --pid --fork --mount-proc, or `mount -t proc proc /proc`) and start again.";

/** Refuses, with code "PROC_NAMESPACE", a /proc that numbers processes in another way than signals do: the wrong one would die. */
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
