/** Signals by name, signal(7): alike on x64 and arm64. Not node:os: that takes a fifth of Bun's start to load. */
const NAMES =
  "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ " +
  "VTALRM PROF WINCH IO PWR SYS";

/** SIGHUP is number 1. */
const names: readonly string[] = NAMES.split(" ").map((name) => `SIG${name}`);
const LAST = 64;

/** "SIGTERM" or, of a real-time signal, its number as Bun gives it ("34"); null = no signal. */
export function signalNumber(name: string): number | null {
  const at = names.indexOf(name);
  const number = at < 0 ? Number(name) : at + 1;
  return Number.isInteger(number) && number > 0 && number <= LAST ? number : null;
}

/** As Bun names it; null = it is the number of none. */
export const signalName = (number: number): string | null =>
  number > 0 && number <= LAST ? (names[number - 1] ?? String(number)) : null;
