/** Inode of this process's PID namespace (pid_namespaces(7)); null on systems without them. */
import { readlinkSync } from "node:fs";

export function pidNamespace(): string | null {
  try {
    return /\d+/.exec(readlinkSync("/proc/self/ns/pid"))?.[0] ?? null;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}
