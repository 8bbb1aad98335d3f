/** What nobody has caught ends the wrapper as what it is, a failure of its own; relay.ts ends the job with it. */
import { describeFailure } from "../errors.ts";

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
