/**
 * Runs what is due of the maintenance in a process of its own: node-cron, the history and the compression would cost
 * the monitor 4 MB and more for as long as it lives, for a few seconds of work a day.
 */
import { fileURLToPath } from "node:url";
import type { Loaded } from "../../config/load.ts";
import { printable } from "../../core/mask.ts";
import { parseRound, type RoundJson } from "../maintenance/round-json.ts";
import { ownCommand, ownEnvironment } from "../../trust/own-bun.ts";

/** A history of years is read in seconds; what takes longer than this hangs, on a dead network disk for instance. */
const LONGEST_MS = 10 * 60_000;
const MOST_BYTES = 256 * 1024;

const SCRIPT = fileURLToPath(new URL("../../../scripts/fix-runaway-bun.ts", import.meta.url));

/** What was done, or in words why that is not known. Never rejects. */
export type Ask = (loaded: Loaded, stop: AbortSignal) => Promise<RoundJson | string>;

export const askMaintenance: Ask = async ({ options }, stop) => {
  const config = options.file === undefined ? [] : ["--config", options.file];
  try {
    const child = Bun.spawn(ownCommand(SCRIPT, "maintenance", "due", "--json", "--no-log", ...config), {
      cwd: options.cwd,
      env: ownEnvironment(process.env),
      stdio: ["ignore", "pipe", "pipe"],
      signal: stop,
      timeout: LONGEST_MS,
      maxBuffer: MOST_BYTES,
      killSignal: "SIGKILL",
    });
    const [out, problem] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
    return (
      parseRound(out) ??
      `the process for it ended with ${ending(child)}: ${printable(problem.trim()) || "it said nothing"}`
    );
  } catch (error) {
    // no memory or no descriptor for a process, or its working directory is gone
    return `the process for it cannot be started: ${error instanceof Error ? error.message : String(error)}`;
  }
};

const ending = ({ exitCode, signalCode }: Bun.Subprocess): string =>
  signalCode === null ? `exit code ${exitCode}` : String(signalCode);
