/** Measures functions in this process: quicker to start, with no limit that could be kept, and with what they leave behind. */
import { resolve } from "node:path";
import { figuresOf, trialResult } from "../../core/bench/figures.ts";
import type { TrialResult } from "../../core/bench/result.ts";
import type { TrialConfig } from "../../core/bench/trial-config.ts";
import { environmentHere } from "../trial/environment.ts";
import { functionsOf, measureFunctions } from "../trial/inside/functions.ts";

const NO_MARKS = { begin: () => undefined, end: () => undefined };

const located = (config: TrialConfig, cwd: string): TrialConfig => ({
  ...config,
  file: config.file === null ? null : resolve(cwd, config.file),
});

export async function measureHere(config: TrialConfig, cwd: string): Promise<TrialResult> {
  const measured = await measureFunctions(located(config, cwd), NO_MARKS);
  return trialResult(
    config,
    environmentHere(process.env["NODE_ENV"] ?? null),
    measured.map((each) => figuresOf(each, config.target, null)),
  );
}

export const functionsHere = async (config: TrialConfig, cwd: string): Promise<readonly string[]> =>
  (await functionsOf(located(config, cwd))).map(([name]) => name);
