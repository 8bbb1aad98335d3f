/** Runs lsof(8) where it is installed; where it is not, what it tells is unknown. */
import { parseLsof } from "./lsof-text.ts";
import { PLAIN_ENV } from "./ps.ts";

/** A file system that does not answer must not hang the monitor. */
const LIMIT_MS = 10_000;

type OpenFiles = ReturnType<typeof parseLsof>;

/**
 * Open files of these processes, or only their working directories; null = there is no lsof, or it did not get to its
 * end: half of a server's files would not show that it is one. It ends with 1 when one of the pids has nothing to show,
 * so its exit code says nothing.
 */
export const readOpenFiles = (
  pids: readonly number[],
  what: "everything" | "directories",
  lsof = Bun.which("lsof", { PATH: PLAIN_ENV.PATH }),
  more: readonly string[] = [],
): OpenFiles | null => {
  if (pids.length === 0) return [];
  if (lsof === null) return null;
  const only = what === "directories" ? ["-a", "-d", "cwd"] : [];
  const { stdout, signalCode } = Bun.spawnSync(
    [lsof, "-nPw", ...more, ...only, "-p", pids.join(","), "-FpftaPdinT"],
    {
      env: PLAIN_ENV,
      stdin: "ignore",
      stderr: "ignore",
      timeout: LIMIT_MS,
      killSignal: "SIGKILL",
    },
  );
  return signalCode === undefined ? parseLsof(stdout.toString()) : null;
};
