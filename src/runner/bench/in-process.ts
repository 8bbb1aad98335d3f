/** Measures functions in this process: quicker to start, with no limit that could be kept, and with what they leave behind. */
import { figuresOf, trialResult } from "../../core/bench/figures.ts";
import type { TrialResult } from "../../core/bench/result.ts";
import type { TrialConfig } from "../../core/bench/trial-config.ts";
import { CommandError, isUsage } from "../../text/errors.ts";
import { environmentHere } from "../trial/environment.ts";
import { functionsOf, measureFunctions } from "../trial/inside/functions.ts";
import { failureText } from "../trial/inside/where-thrown.ts";
import { located } from "../trial/located.ts";

const NO_MARKS = { begin: () => undefined, end: () => undefined };

export async function measureHere(config: TrialConfig, cwd: string): Promise<TrialResult> {
  const measured = await told(measureFunctions(located(config, cwd), NO_MARKS));
  return trialResult(
    config,
    environmentHere(process.env["NODE_ENV"] ?? null),
    measured.map((each) => figuresOf(each, config.target, null)),
  );
}

export const functionsHere = async (config: TrialConfig, cwd: string): Promise<readonly string[]> =>
  (await told(functionsOf(located(config, cwd)))).map(([name]) => name);

/** As a trial in a process of its own tells of a failure. */
const told = <Value>(act: Promise<Value>): Promise<Value> =>
  act.catch((error: unknown) => {
    throw isUsage(error) ? error : new CommandError(`it failed: ${failureText(error)}`);
  });
