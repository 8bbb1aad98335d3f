/** Finds where an app's lines go, and how long they are kept. */
import { join } from "node:path";
import type { LogPolicy } from "../../core/app/app-spec.ts";
import { fileNameOf } from "../../core/app/file-name.ts";
import type { Declared } from "./keys/all.ts";
import { inHome } from "./which.ts";

interface Where {
  readonly name: string;
  readonly directory: string;
  readonly cwd: string;
  readonly instances: number;
}

const MAX_BYTES = 10 * 1_048_576;
const KEEP = 10;
/** The format that `time: true` has in PM2. */
const ISO = "YYYY-MM-DDTHH:mm:ss";

/** These are PM2's words for "nowhere". */
export const none = (path: string | boolean | undefined): boolean =>
  path === undefined || path === false || path === "/dev/null" || path === "NULL";

export function logPolicy(declared: Declared, { name, directory, cwd, instances }: Where): LogPolicy {
  const off = declared.disable_logs === true;
  const fit = fileNameOf(name);
  const path = (said: string | boolean | undefined, standard: string | null): string | null => {
    if (off || (said !== undefined && none(said))) return null;
    if (typeof said === "string") return inHome(said, cwd);
    return standard === null ? null : join(directory, "logs", standard);
  };
  const format = declared.log_date_format;
  return {
    out: path(declared.out_file, `${fit}-out.log`),
    err: path(declared.error_file, `${fit}-err.log`),
    combined: path(declared.log_file, declared.log_file === true ? `${fit}.log` : null),
    merge: declared.merge_logs ?? instances === 1,
    dateFormat: declared.time === true ? ISO : format === undefined || format === false ? null : format,
    maxBytes: declared.log_max_size ?? MAX_BYTES,
    daily: declared.log_daily ?? false,
    keep: declared.log_keep ?? KEEP,
    keepMs: declared.log_keep_for ?? null,
    compress: declared.log_compress ?? true,
  };
}
