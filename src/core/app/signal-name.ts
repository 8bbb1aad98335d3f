/** A signal as people and PM2's users write it. */

/** These signals may be sent to an app by hand. Their numbers are those on Linux (signal(7)). */
const NUMBERS = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGUSR2: 12,
  SIGTERM: 15,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGWINCH: 28,
} as const;

type AppSignal = keyof typeof NUMBERS;

/** `SIGUSR2`, `usr2`, `12`; null = none of them. */
export function appSignal(word: string): AppSignal | null {
  const wanted = word.trim().toUpperCase();
  const found = Object.entries(NUMBERS).find(
    ([name, number]) => wanted === name || `SIG${wanted}` === name || wanted === String(number),
  );
  // the names of the table are the type
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (found?.[0] ?? null) as AppSignal | null;
}

export const APP_SIGNALS: readonly string[] = Object.keys(NUMBERS);
