/** Values of options. A wrong one is wrong usage: commander says it. */
import { parseDuration, parseSince } from "../text/duration.ts";
import { UsageError } from "../text/errors.ts";

export const durationOption = (text: string): number => parseDuration(text);

/** A moment in the past, Unix epoch ms. */
export const sinceOption = (text: string): number => parseSince(text, Date.now());

export const countOption = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new UsageError("Write a whole number, 0 or more.");
  return Number(text);
};

export const atLeastOne = (text: string): number => {
  const count = countOption(text);
  if (count === 0) throw new UsageError("Write a whole number, 1 or more.");
  return count;
};

/** Milliseconds; null = no limit, which is also what 0 says. */
export const limitOption = (text: string): number | null =>
  text === "none" ? null : parseDuration(text) || null;

/** `a` and then `b`: an option that may be given several times. */
export const eachOption = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  text,
];

/** `a,b` and then `c`: an option that may be given several times. */
export const listOption = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...text.split(","),
];
