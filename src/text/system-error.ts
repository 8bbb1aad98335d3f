/** Failures of system calls, and those among them that are the machine's state and pass. */

const DESCRIPTORS: ReadonlySet<string | null> = new Set(["EMFILE", "ENFILE"]);
const ANY: ReadonlySet<string | null> = new Set([
  ...DESCRIPTORS,
  "EAGAIN",
  "ENOMEM",
  "ENOSPC",
  "EDQUOT",
  "EFBIG",
]);

/** The errno name of a failed system call; null for any other thrown value. */
export const codeOf = (error: unknown): string | null =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;

/** What a person is told of a thrown value. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** What `act` gives; `otherwise` where a system call in it fails (with one of `codes`, if some are named). */
export function orElse<Value, Otherwise>(
  otherwise: Otherwise,
  act: () => Value,
  ...codes: readonly string[]
): Value | Otherwise {
  try {
    return act();
  } catch (error) {
    const code = codeOf(error);
    if (code === null || (codes.length > 0 && !codes.includes(code))) throw error;
    return otherwise;
  }
}

export const isOutOfDescriptors = (error: unknown): boolean => DESCRIPTORS.has(codeOf(error));

export const isShortage = (error: unknown): boolean => ANY.has(codeOf(error));
