/** What the wrapper says of itself. What nobody has caught ends it as a failure of its own; relay.ts ends the job with it. */
import { printableLines } from "../../core/mask.ts";
import { describeFailure } from "../errors.ts";

export const say = (line: string): void => console.error(printableLines(`bun-wrapper: ${line}`));

/** The wrapper itself failed. */
export const WRAPPER_FAILED = 125;

export function sayFailure(error: unknown): void {
  const { text } = describeFailure(error, Boolean(process.env["DEBUG"]));
  console.error(text.replace(/^error: /, "bun-wrapper: "));
}

function end(error: unknown): never {
  sayFailure(error);
  process.exit(WRAPPER_FAILED);
}

export function endOnCrash(): void {
  process.on("uncaughtException", end);
  process.on("unhandledRejection", end);
}
