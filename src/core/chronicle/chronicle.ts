/** What the history keeps of the looks: each look is folded into a plain value, and rows come out when they are due. */
import type { WatchdogEvent } from "../event.ts";
import { endingAfter, stillEnding, type Ending } from "./ending.ts";
import { followEpisodes, type Episodes } from "./episodes.ts";
import { followJobs, livingRows, resumeJobs, type LivingJobs, type UnendedJob } from "./jobs.ts";
import { addToMinute, type Minute } from "./minute.ts";
import { followProcesses, type LivingProcesses } from "./processes.ts";
import type { Rows } from "./rows.ts";
import type { Seen } from "./seen.ts";

/** Live processes and jobs only, so that a year of monitoring costs no memory. */
export interface Chronicle {
  readonly minute: Minute;
  readonly processes: LivingProcesses;
  readonly jobs: LivingJobs;
  readonly episodes: Episodes;
  readonly ending: Ending;
}

/** `unended`: jobs that the last monitor left as living, so that they keep their rows or get their ends. */
export const beginChronicle = (unended: readonly UnendedJob[] = []): Chronicle => ({
  minute: null,
  processes: new Map(),
  jobs: resumeJobs(unended),
  episodes: new Map(),
  ending: new Map(),
});

/** Folds one look in. Costs a few µs per Bun process, and nothing for others. */
export function observe(before: Chronicle, seen: Seen): { chronicle: Chronicle; rows: Rows } {
  const { minute, due: ticks } = addToMinute(before.minute, seen);
  const { processes, exits } = followProcesses(before.processes, seen, before.ending);
  const { jobs, due: dueJobs } = followJobs(before.jobs, seen, exits, before.ending);
  const { episodes, due: verdicts } = followEpisodes(before.episodes, seen);
  return {
    chronicle: { minute, processes, jobs, episodes, ending: stillEnding(before.ending) },
    rows: { ticks, jobs: dueJobs, exits, verdicts },
  };
}

/** Hears what is being stopped: exits that the next looks find are then put down to it. */
export const hear = (before: Chronicle, event: WatchdogEvent): Chronicle => {
  const ending = endingAfter(before.ending, event);
  return ending === before.ending ? before : { ...before, ending };
};

/** What is still open when the watch ends; everything is then as it was at the last look. */
export const finish = ({ minute, jobs, episodes }: Chronicle): Rows => ({
  ticks: minute === null ? [] : [minute],
  jobs: livingRows(jobs),
  exits: [],
  verdicts: [...episodes.values()].filter(({ writtenMs }) => writtenMs !== null).map(({ row }) => row),
});
