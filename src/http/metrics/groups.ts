/** The groups of jobs as they have series: under labels, and so many at most. */
import { asOneGroup, type JobGroup } from "../../wire/documents/totals.ts";
import type { Documents } from "./metric.ts";
import { label, MOST_SERIES, NONE, OTHER, shortNames } from "./names.ts";

/** Of every project that something is said about, by its root. */
export const projectNames = ({ totals, apps, tests }: Documents): ReadonlyMap<string, string> =>
  shortNames([
    ...(totals?.terms.flatMap(({ project }) => project ?? []) ?? []),
    ...(apps?.apps.map(({ spec }) => spec.directory) ?? []),
    ...tests.keys(),
  ]);

/** With the most memory first. Two that have the same labels are one. */
export function labelledGroups(documents: Documents): readonly JobGroup[] {
  const names = projectNames(documents);
  const named = (documents.totals?.groups ?? []).map((group) =>
    called(group, projectLabel(group.project, names), group.app === null ? NONE : label(group.app)),
  );
  const all = [...Map.groupBy(named, labelsOf).values()]
    .flatMap((alike) => merged(alike))
    .toSorted((a, b) => (b.memoryBytes ?? 0) - (a.memoryBytes ?? 0));
  const rest = all.slice(MOST_SERIES).map((group) => called(group, OTHER, OTHER, OTHER));
  return [...all.slice(0, MOST_SERIES), ...merged(rest)];
}

export const projectLabel = (project: string | null, names: ReadonlyMap<string, string>): string =>
  project === null ? NONE : (names.get(project) ?? label(project));

const called = (group: JobGroup, project: string, app: string, kind = group.kind): JobGroup => ({
  ...group,
  project,
  app,
  kind,
});

const labelsOf = ({ project, app, kind }: JobGroup): string => [project, app, kind].join("\n");

const merged = ([first, ...others]: readonly JobGroup[]): readonly JobGroup[] =>
  first === undefined ? [] : [others.reduce(asOneGroup, first)];
