/**
 * Bun optimises code that runs often; a monitor's code runs every ten seconds, and would pay for that in its first
 * quarter of an hour and with memory ever after. JavaScriptCore reads its options from the environment, once, when it
 * starts: so a monitor that stays starts itself anew without the optimising compilers. The pid stays, and it takes 5 ms.
 * Measured with 500 processes: 14 ms of CPU in 40 s instead of 40, 14 MB instead of 16.
 *
 * Not BUN_GC_TIMER_DISABLE: Bun's timed collections become rare by themselves, and keep 1 MB free.
 */
export const QUIET = { BUN_JSC_useDFGJIT: "0" } as const;

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
