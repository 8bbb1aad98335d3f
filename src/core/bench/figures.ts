/** Makes the result of what was measured. */
import { summarize } from "../statistics/summary.ts";
import type { Collections } from "./gc-log.ts";
import type { Environment, Figures, MeasuredTimes, TrialResult } from "./result.ts";
import type { TrialConfig } from "./trial-config.ts";

export function figuresOf(measured: MeasuredTimes, target: number | null, gc: Collections | null): Figures {
  const { relativeMargin, ...summary } = summarize(measured.samples);
  return {
    ...measured,
    ...summary,
    margin: relativeMargin,
    gc,
    targetMet: target === null ? null : summary.median <= target,
  };
}

export function trialResult(
  { name, category, target }: TrialConfig,
  environment: Environment,
  figures: readonly Figures[],
): TrialResult {
  const described = { schemaVersion: 1, name, category, target, environment } as const;
  const [only] = figures;
  return only !== undefined && figures.length === 1
    ? { ...described, ...only }
    : { ...described, functions: figures };
}
