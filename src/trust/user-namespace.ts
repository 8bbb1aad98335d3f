/**
 * Whether this process lives in a user namespace of its own (user_namespaces(7)): then its uid 0 is no root of the
 * machine, and the real one, like everybody who is not mapped, looks like the overflow uid.
 */
import { readFileSync } from "node:fs";

/** What the kernel shows for the first namespace: every uid is itself. */
const EVERYBODY = /^\s*0\s+0\s+4294967295\s*$/u;

const readOr = (path: string, otherwise: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    // no user namespaces, or no /proc: then there is nothing to be careful about
    if (error instanceof Error && "code" in error) return otherwise;
    throw error;
  }
};

let overflow: number | null | undefined;

/** The uid that stands for all who are not mapped; null outside of user namespaces. */
export function unmappedUid(): number | null {
  overflow ??= EVERYBODY.test(readOr("/proc/self/uid_map", "0 0 4294967295"))
    ? null
    : Number(readOr("/proc/sys/kernel/overflowuid", "65534"));
  return overflow;
}
