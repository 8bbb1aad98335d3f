/** Trying something that may be refused: the refusal is the finding. */
import { readFileSync } from "node:fs";
import { codeOf } from "../../../text/system-error.ts";

/** "EACCES", or "" for what is no system error. */
export const errorNameOf = (error: unknown): string => codeOf(error) ?? "";

/** The result, or the code of the system error that it ended with. Whatever has none is a bug and is thrown. */
export function attempt<T>(act: () => T): { readonly value: T } | { readonly code: string } {
  try {
    return { value: act() };
  } catch (error) {
    const code = errorNameOf(error);
    if (code === "") throw error;
    return { code };
  }
}

/** null when it cannot be read, for whatever reason. */
export function textOf(path: string): string | null {
  const read = attempt(() => readFileSync(path, "utf8"));
  return "value" in read ? read.value : null;
}
