/** How many files this process may have open: /proc/self/limits, proc_pid_limits(5). */
import { textIn } from "../files/files.ts";

/** The soft limit; 1,024, the usual one, where it cannot be read. */
export const openFilesLimit = (): number => {
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(textIn("/proc/self/limits"))?.[1];
  return soft === "unlimited" ? Number.MAX_SAFE_INTEGER : Number(soft ?? 1024);
};
