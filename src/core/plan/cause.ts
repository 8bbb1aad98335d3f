/** Why a step is carried out. */
import type { RuleName, Verdict } from "../judge/verdict.ts";

/** As records name it: a rule that was broken, a person (`manual`), or somebody's request to a launch. */
export type StopRule = RuleName | "manual" | "request";

/** `leftover`: the root of a launched job has ended, and left others behind. Nothing was judged but in the first case. */
export type Cause =
  | (Verdict & { readonly by: "verdict" })
  | { readonly by: "asked"; readonly rule: "manual" | "request"; readonly evidence: string }
  | { readonly by: "leftover"; readonly rule: "leftover"; readonly evidence: string };

export const judgedAs = <Rule extends RuleName>(verdict: Verdict<Rule>) => ({
  by: "verdict" as const,
  ...verdict,
});
