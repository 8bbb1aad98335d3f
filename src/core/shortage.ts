/** Failures that are the machine's state, and pass. Pure. */

const DESCRIPTORS: ReadonlySet<unknown> = new Set(["EMFILE", "ENFILE"]);
const ANY: ReadonlySet<unknown> = new Set([
  "EMFILE",
  "ENFILE",
  "EAGAIN",
  "ENOMEM",
  "ENOSPC",
  "EDQUOT",
  "EFBIG",
]);

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : null);

/** This process, or the system, has no descriptor left. */
export const isOutOfDescriptors = (error: unknown): boolean => DESCRIPTORS.has(codeOf(error));

/** Of descriptors, processes, memory or space on a disk. */
export const isShortage = (error: unknown): boolean => ANY.has(codeOf(error));
