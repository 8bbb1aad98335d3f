/** `--quiet`: said once at the edge. A program that is built in several files has several copies of this one. */
const QUIET = Symbol.for("bun-watchdog: quiet");

export const beQuiet = (): void => void Reflect.set(globalThis, QUIET, true);

export const isQuiet = (): boolean => Reflect.has(globalThis, QUIET);
