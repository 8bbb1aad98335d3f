/** How many files this process may have open: /proc/self/limits, proc_pid_limits(5). */
import type { ProcFiles } from "./proc-files.ts";

/** The soft limit; 1,024, the usual one, where it cannot be read. */
export const openFilesLimit = (proc: ProcFiles): number => {
  const limits = proc.readAll("self/limits");
  if (typeof limits === "number") return 1024;
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(new TextDecoder("latin1").decode(limits))?.[1];
  return soft === "unlimited" ? Number.MAX_SAFE_INTEGER : Number(soft ?? 1024);
};
