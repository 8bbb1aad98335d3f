/** This file says how the manager comes to its end, and what does not end it. */
import { messageOf } from "../../text/system-error.ts";

const ENDING = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/** Signals end it in good order: its apps run on. */
export function ending(stop: AbortController): Disposable {
  const listeners = ENDING.map((name) => {
    const listener = (): void => stop.abort(name);
    process.on(name, listener);
    return { name, listener };
  });
  return {
    [Symbol.dispose]: () => {
      for (const { name, listener } of listeners) process.off(name, listener);
    },
  };
}

/**
 * An error that nobody has caught concerns one question, or one app: it is reported, and everything else is
 * looked after as before.
 */
export function surviving(onTrouble: (what: string) => void): Disposable {
  const say = (error: unknown): void =>
    onTrouble(`something went wrong that nobody has foreseen: ${messageOf(error)}`);
  process.on("uncaughtException", say);
  process.on("unhandledRejection", say);
  return {
    [Symbol.dispose]: () => {
      process.off("uncaughtException", say);
      process.off("unhandledRejection", say);
    },
  };
}
