/** What was launched once, as one row each: its processes added up, and the worst that is said of any of them. Pure. */
import { sumOfKnown } from "../../../core/statistics/sum.ts";
import type { StatusDocument } from "./documents.ts";
import { busyness, judge, type Judged } from "./verdict.ts";
import { inRow, shortCommandOf } from "./words.ts";

export interface JobSummary {
  readonly id: string;
  /** The process to look at: the one that is worst. */
  readonly link: string;
  readonly command: string;
  readonly place: string;
  readonly processes: number;
  readonly cpuPercent: number | null;
  readonly memoryBytes: number | null;
  readonly ageMs: number;
  readonly judged: Judged;
}

/** The worst first, then the busiest, then the oldest. */
export function jobRows({ jobs, processes }: StatusDocument): readonly JobSummary[] {
  const byJob = Map.groupBy(processes, ({ job }) => job);
  return jobs
    .flatMap((job): readonly JobSummary[] => {
      const members = byJob.get(job.id) ?? [];
      const root = members.find(({ pid }) => pid === job.root) ?? members[0];
      if (root === undefined) return [];
      const said = members.map((process) => ({ process, judged: judge(process, job) }));
      const worst = said.toSorted((a, b) => b.judged.weight - a.judged.weight)[0];
      return [
        {
          id: job.id,
          link: (worst?.process ?? root).id,
          command: inRow(shortCommandOf(root.command, root.cwd)),
          place: inRow(root.cwd ?? ""),
          processes: members.length,
          cpuPercent: sumOfKnown(members.map(({ cpuPercent }) => cpuPercent)),
          memoryBytes: sumOfKnown(members.map(({ memoryBytes }) => memoryBytes)),
          ageMs: root.ageMs,
          judged: worst?.judged ?? judge(root, job),
        },
      ];
    })
    .toSorted((a, b) => b.judged.weight - a.judged.weight || busyness(b) - busyness(a) || b.ageMs - a.ageMs);
}
