/** What a product says it did. For ours: its journal, which `cleanup` writes as the monitor does. */
import type { WatchdogEvent } from "../../src/core/plan/event.ts";
import type { TargetOutcome } from "../../src/core/plan/outcome.ts";
import type { StopRule } from "../../src/core/plan/cause.ts";
import type { Project } from "../support/launch.ts";
import { hasCode } from "../support/proc.ts";
import { readFileSync } from "node:fs";

export interface Told {
  /** Everything it wrote, for rows that look for more. */
  readonly events: () => readonly WatchdogEvent[];
  /** The last thing it said about a pid. */
  readonly outcomeOf: (pid: number) => { readonly said: string; readonly signals: readonly string[] } | null;
  /** The rules it acted under, in order. */
  readonly rules: () => readonly string[];
}

type Outcome = Extract<WatchdogEvent, { type: "outcome" }>;
type Intent = Extract<WatchdogEvent, { type: "intent" }>;

export const toldByOurs = (project: Project): Told => ({
  events: () => project.events(),
  outcomeOf: (pid) => {
    const last = project
      .events()
      .filter((event): event is Outcome & WatchdogEvent => event.type === "outcome")
      .flatMap(({ outcomes }) => outcomes)
      .findLast((outcome: TargetOutcome) => outcome.id.pid === pid);
    return last === undefined ? null : { said: last.result.outcome, signals: last.signals };
  },
  rules: () =>
    project
      .events()
      .filter((event): event is Intent & WatchdogEvent => event.type === "intent")
      .map(({ rule }): StopRule => rule),
});

/** The naive version prints a line per kill, and knows of no outcomes beyond "killed" and "survived". */
export const toldByNaive = (outputPath: string): Told => {
  const kills = (): readonly { readonly pid: number; readonly reason: string; readonly claim: string }[] =>
    read(outputPath)
      .split("\n")
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line));
  return {
    events: () => [],
    outcomeOf: (pid) => {
      const kill = kills().findLast((entry) => entry.pid === pid);
      return kill === undefined ? null : { said: kill.claim, signals: [] };
    },
    rules: () => kills().map(({ reason }) => reason),
  };
};

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    // it had nothing to say yet
    if (hasCode(error, "ENOENT")) return "";
    throw error;
  }
}
