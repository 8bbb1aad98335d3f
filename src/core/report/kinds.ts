/** Why something was stopped, in the broadest sense: who ran away is one thing, who was one too many, or named by a person, another. */
import type { RuleName } from "../verdict.ts";
import { count } from "../wording.ts";
import type { Totals } from "./period.ts";

export type StopKind = "runaway" | "number" | "by-hand";

export function kindOf(rule: RuleName): StopKind {
  switch (rule) {
    case "concurrency":
      return "number";
    case "manual":
    case "request":
      return "by-hand";
    case "cpu":
    case "memory":
    case "timeout":
    case "leak":
    case "restarts":
    case "leftover":
      return "runaway";
  }
}

type StopsByKind = Readonly<Record<"runaways" | "number" | "byHand", number>>;

export function stopsByKind({ stops, stopsByRule }: Pick<Totals, "stops" | "stopsByRule">): StopsByKind {
  const number = stopsByRule.concurrency ?? 0;
  const byHand = (stopsByRule.manual ?? 0) + (stopsByRule.request ?? 0);
  return { runaways: Math.max(0, stops - number - byHand), number, byHand };
}

/** "2 runaways stopped, 1 job stopped for the number of jobs, 3 jobs stopped by hand". */
export function stopsInWords(totals: Pick<Totals, "stops" | "stopsByRule">): string {
  const { runaways, number, byHand } = stopsByKind(totals);
  return [
    ...(runaways > 0 ? [`${count(runaways, "runaway")} stopped`] : []),
    ...(number > 0 ? [`${count(number, "job")} stopped for the number of jobs`] : []),
    ...(byHand > 0 ? [`${count(byHand, "job")} stopped by hand`] : []),
  ].join(", ");
}
