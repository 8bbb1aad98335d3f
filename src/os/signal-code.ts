import { constants } from "node:os";

/** What a shell says of a program that a signal has ended: 128 + its number. `signal`: its name, or its number where it has none. */
export const codeOfSignal = (signal: string | number): number => {
  const numbers: Readonly<Record<string, number>> = constants.signals;
  return 128 + (typeof signal === "number" ? signal : (numbers[signal] ?? 0));
};
