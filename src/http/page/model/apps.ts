/** Apps as the page shows them. Pure. */
import { sumOfKnown } from "../../../core/statistics/sum.ts";
import type { AppDocument, InstanceDocument } from "../../../wire/manager.ts";
import type { Tone } from "./verdict.ts";
import { duration, sizeWords } from "./words.ts";

/** Apps of the same name in two directories are two apps. */
export const keyOfApp = ({ spec }: Pick<AppDocument, "spec">): string => `${spec.directory}\n${spec.name}`;

export type AppVerb = "start" | "stop" | "restart" | "reload";

const TONES: Readonly<Record<InstanceDocument["state"], Tone>> = {
  online: "good",
  starting: "quiet",
  stopping: "quiet",
  stopped: "quiet",
  waiting: "warn",
  retrying: "bad",
};

interface AppState {
  readonly word: string;
  readonly tone: Tone;
}

/** The state of one instance, or how many of them are online. */
export function appState(instances: readonly InstanceDocument[]): AppState {
  const [first] = instances;
  if (first === undefined) return { word: "no instance", tone: "quiet" };
  if (instances.every(({ state }) => state === first.state))
    return { word: first.state, tone: TONES[first.state] };
  const online = instances.filter(({ state }) => state === "online").length;
  const isBad = instances.some(({ state }) => state === "retrying");
  return { word: `${online} of ${instances.length} online`, tone: isBad ? "bad" : "warn" };
}

interface AppSums {
  readonly cpuPercent: number | null;
  readonly memoryBytes: number | null;
  readonly restarts: number;
  /** Of the instance that was started last; null = none runs. */
  readonly upMs: number | null;
}

export function appSums(instances: readonly InstanceDocument[], nowMs: number): AppSums {
  const started = instances.flatMap(({ startedMs }) => startedMs ?? []);
  return {
    cpuPercent: sumOfKnown(instances.map(({ cpuPercent }) => cpuPercent)),
    memoryBytes: sumOfKnown(instances.map(({ memoryBytes }) => memoryBytes)),
    restarts: instances.reduce((sum, { restarts }) => sum + restarts, 0),
    upMs: started.length === 0 ? null : Math.max(0, nowMs - Math.max(...started)),
  };
}

/** What somebody has to know about it, as sentences. */
export function appTroubles(
  { brokenConfig, instances, spec }: AppDocument,
  nowMs: number,
): readonly string[] {
  return [
    ...(brokenConfig === undefined ? [] : [`It goes on as it was declared before: ${brokenConfig}`]),
    ...instances.flatMap(({ number, state, untilMs, lastExit, lostLines, enforcement }) => {
      const who = spec.instances > 1 ? `Instance ${number}: ` : "";
      return [
        ...(state === "online" || state === "starting" || lastExit === null
          ? []
          : [
              `${who}${lastExit.words}${untilMs === null ? "" : `; started again in ${duration(Math.max(0, untilMs - nowMs))}`}`,
            ]),
        ...(lostLines > 0 ? [`${who}${lostLines} lines of its output reached no file`] : []),
        ...(spec.limits.memoryBytes !== null && enforcement?.memory === "none"
          ? [
              `${who}its memory limit of ${sizeWords(spec.limits.memoryBytes)} is not kept: ${enforcement.whyNot ?? "not known why"}`,
            ]
          : []),
      ];
    }),
  ];
}
