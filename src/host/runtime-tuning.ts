/**
 * A monitor's code runs every ten seconds for months, and Bun is made for code that runs all the time: what it does to
 * become fast costs such a process more than it gains. Bun's parts read their options from the environment, once, when
 * they start: so a monitor that stays starts itself anew with these. The pid stays, and it takes 25 ms. Measured with 20 Bun processes from 40 s after the start on, with and without side by side:
 * 113 ms of CPU in 90 s instead of 160; at most 15.2 MB instead of 18.3, and 15.5 instead of 17.3 after a logged kill.
 *
 * Not BUN_GC_TIMER_DISABLE: without Bun's timed collections it grows to 22 MB. Not BUN_JSC_forceMiniVMMode, which collects
 * so often that it takes half as much CPU again.
 */
import { ownCommand, ownEnvironment } from "../trust/own-bun.ts";

export const TUNING = {
  /** Optimised code: paid for in the first quarter of an hour, and with memory ever after. */
  BUN_JSC_useDFGJIT: "0",
  /**
   * A hundred times the usual: what is interpreted needs no machine code. With ten times it takes the same CPU and 1 MB more
   * after two minutes; loops over all processes are compiled all the same.
   */
  BUN_JSC_thresholdForJITAfterWarmUp: "50000",
  BUN_JSC_thresholdForJITSoon: "10000",
  /** Code that rests for some seconds is thrown away at a collection, and parsed again in the next tick: that one took 30 ms. */
  BUN_JSC_codeBlockAgingLeaseMultiplier: "1000",
  /** Collections of a few MB need no threads beside the one that waits for them. */
  BUN_JSC_useConcurrentGC: "0",
  /**
   * No thread for either, now or later: both end when they have nothing to do and are started again when they have, and
   * where the account has no process left (a fork bomb at pids.max) that takes this process down (SIGABRT, 3 of 3 runs).
   */
  BUN_JSC_numberOfGCMarkers: "1",
  BUN_JSC_useConcurrentJIT: "0",
  /** Half a MB of pages made ready for a burst of allocations, by one more thread. */
  BUN_JSC_useWarmUpMarkedBlocks: "0",
  /** A thread that looks for memory to give back, 40 times a minute; what is freed goes back without it. */
  MIMALLOC_SCAVENGER: "0",
} as const;

/** Starting Bun takes 20 ms. */
const TRIAL_MS = 5_000;

/**
 * The environment of a monitor that stays; null where nothing is to be changed: it has settings of its own, or this Bun
 * does not know one of these. Bun does not start at all then, and the options may go with any release: so it is tried.
 */
export function tunedEnvironment(): Readonly<Record<string, string | undefined>> | null {
  const isSet = Object.keys(TUNING).some((name) => process.env[name] !== undefined);
  if (isSet) return null;
  const env = { ...ownEnvironment(process.env), ...TUNING };
  const { exitCode } = Bun.spawnSync(ownCommand("-e", "0"), {
    env,
    stdio: ["ignore", "ignore", "ignore"],
    timeout: TRIAL_MS,
  });
  return exitCode === 0 ? env : null;
}

/** Does not return when it works. Where it does not, nothing changes. A monitor with one of these options ends soon, and gains nothing. */
export async function restartTuned(
  options: Readonly<Partial<Record<"detach" | "stop" | "restart" | "once", boolean>>>,
): Promise<void> {
  if ([options.detach, options.stop, options.restart, options.once].includes(true)) return;
  if (Object.entries(TUNING).every(([name, value]) => process.env[name] === value)) {
    // they are in force, and not for a command that an alert starts: with another Bun it might not start
    for (const name of Object.keys(TUNING)) delete process.env[name];
    return;
  }
  const { replaceProcess } = await import("../os/select.ts");
  if (replaceProcess === null) return;
  const env = tunedEnvironment();
  if (env === null) return;
  const { execPath, execArgv, argv } = process;
  await replaceProcess(execPath, [execPath, ...execArgv, ...argv.slice(1)], env);
}
