/** Values of options. A wrong one is wrong usage: commander says it. */
import { InvalidArgumentError } from "commander";
import { parseDuration, parseSince } from "../text/duration.ts";
import { messageOf } from "../text/system-error.ts";

const parsed =
  (parse: (text: string) => number) =>
  (text: string): number => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(messageOf(error));
    }
  };

export const durationOption = parsed(parseDuration);

/** A moment in the past, Unix epoch ms. */
export const sinceOption = parsed((text) => parseSince(text, Date.now()));

export const countOption = (text: string): number => {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Write a whole number, 0 or more.");
  return Number(text);
};
