/** Who this process is, in records that outlive it. */
import { readFileSync } from "node:fs";
import type { ThisProcess } from "../../ports.ts";
import { pidNamespace } from "../pid-namespace.ts";
import { identify } from "./pin.ts";
import { ProcFiles } from "./proc-files.ts";
import { requireOwnProc } from "./require-own-proc.ts";

/** Throws an Error with code "PROC_NAMESPACE" where /proc shows another PID namespace's numbers. */
export const readThisProcess = (): ThisProcess => {
  requireOwnProc();
  using proc = new ProcFiles();
  const id = identify(proc, process.pid);
  if (id === null) throw new Error(`This process (pid ${process.pid}) is not in /proc.`);
  return {
    id,
    // 0: a kernel without PID namespaces has one
    pidNamespace: pidNamespace() ?? "0",
    bootId: readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
    environment: environmentAtStart(proc),
  };
};

/**
 * As the kernel handed it over (proc_pid_environ(5)). Not process.env: Bun has put the project's .env files into that,
 * and a child that got them from us would take them for the user's own settings.
 */
const environmentAtStart = (proc: ProcFiles): Readonly<Record<string, string>> => {
  const bytes = proc.readAll("self/environ");
  if (typeof bytes === "number") throw new Error(`/proc/self/environ cannot be read (errno ${-bytes}).`);
  const entries = new TextDecoder().decode(bytes).split("\0").filter(Boolean);
  return Object.fromEntries(
    // a name may begin with "=", but is not empty
    entries.map((text) => [text.slice(0, text.indexOf("=", 1)), text.slice(text.indexOf("=", 1) + 1)]),
  );
};
