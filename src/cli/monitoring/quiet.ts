/**
 * A monitor's code runs every ten seconds for months, and Bun is made for code that runs all the time: what it does to
 * become fast costs such a process more than it gains. Bun's parts read their options from the environment, once, when
 * they start: so a monitor that stays starts itself anew with these. The pid stays, and it takes 5 ms. Where an option is
 * unknown, nothing happens. Measured with 20 Bun processes from 40 s after the start on, with and without side by side:
 * 113 ms of CPU in 90 s instead of 160; at most 15.2 MB instead of 18.3, and 15.5 instead of 17.3 after a logged kill.
 *
 * Not BUN_GC_TIMER_DISABLE: without Bun's timed collections it grows to 22 MB. Not BUN_JSC_forceMiniVMMode, which collects
 * so often that it takes half as much CPU again.
 */
export const QUIET = {
  /** Optimised code: its compilation is not earned back in the first quarter of an hour, its memory never. */
  BUN_JSC_useDFGJIT: "0",
  /** Ten times the usual: what is interpreted needs no machine code, and no thread that starts, compiles and ends. */
  BUN_JSC_thresholdForJITAfterWarmUp: "5000",
  BUN_JSC_thresholdForJITSoon: "1000",
  /** Code that rests for some seconds is thrown away at a collection, and parsed again in the next tick: that one took 30 ms. */
  BUN_JSC_codeBlockAgingLeaseMultiplier: "1000",
  /** Collections of a few MB need no threads beside the one that waits for them. */
  BUN_JSC_useConcurrentGC: "0",
  /** Half a MB of pages made ready for a burst of allocations, by one more thread. */
  BUN_JSC_useWarmUpMarkedBlocks: "0",
  /** A thread that looks for memory to give back, 40 times a minute; what is freed goes back without it. */
  MIMALLOC_SCAVENGER: "0",
} as const;

/** What a monitor that does not stay is asked for. */
interface Wish {
  readonly detach?: boolean;
  readonly stop?: boolean;
  readonly restart?: boolean;
  readonly once?: boolean;
}

/** Those that end soon gain nothing. With a command it would be handed down: such a monitor is never a plain one. */
const stays = ({ detach, stop, restart, once }: Wish): boolean =>
  detach !== true && stop !== true && restart !== true && once !== true;

/** Does not return when it works. Where it does not, or the environment has settings of its own, nothing changes. */
export async function becomeQuiet(options: Wish): Promise<void> {
  const isSet = Object.keys(QUIET).some((name) => process.env[name] !== undefined);
  if (isSet || !stays(options)) return;
  const { replaceProcess } = await import("../../os/select.ts");
  if (replaceProcess === null) return;
  const { execPath, execArgv, argv, env } = process;
  await replaceProcess(execPath, [execPath, ...execArgv, ...argv.slice(1)], { ...env, ...QUIET });
}
