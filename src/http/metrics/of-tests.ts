/** What bun-isolate knows of the test files of each project. */
import type { FileMemory } from "../../runner/test/memory.ts";
import { projectNames } from "./groups.ts";
import { secondsOf, type Documents, type Metric, type Sample } from "./metric.ts";
import { label, MOST_SERIES } from "./names.ts";

/** Files that have series of their own: so many of each project. */
const MOST_FILES = 10;

interface Tested {
  readonly project: string;
  readonly files: readonly (readonly [file: string, memory: FileMemory])[];
}

function tested(documents: Documents): readonly Tested[] {
  const names = projectNames(documents);
  return [...documents.tests]
    .filter(([, files]) => files.size > 0)
    .slice(0, MOST_SERIES)
    .map(([root, files]) => ({ project: names.get(root) ?? label(root), files: [...files] }));
}

const each =
  (of: (files: readonly FileMemory[]) => number): Metric["read"] =>
  (documents) =>
    tested(documents).map(({ project, files }) => [of(files.map(([, memory]) => memory)), [project]]);

const most =
  (of: (memory: FileMemory) => number | null): Metric["read"] =>
  (documents) =>
    tested(documents).flatMap(({ project, files }) => {
      const byLabel = new Map<string, number>();
      const worst = files.toSorted(([, a], [, b]) => (of(b) ?? 0) - (of(a) ?? 0)).slice(0, MOST_FILES);
      for (const [file, memory] of worst) {
        const value = of(memory);
        if (value !== null && value > 0) byLabel.set(label(file), value);
      }
      return [...byLabel].map(([file, value]): Sample => [value, [project, file]]);
    });

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const TEST_METRICS: readonly Metric[] = [
  {
    name: "test_files",
    type: "gauge",
    unit: null,
    help: "Test files that bun-isolate has run in a project.",
    labels: ["project"],
    read: each((files) => files.length),
  },
  {
    name: "test_files_seconds",
    type: "gauge",
    unit: "seconds",
    help: "What the last runs of all these files took together.",
    labels: ["project"],
    read: each((files) => sum(files.map(({ tookMs }) => tookMs ?? 0)) / 1_000),
  },
  {
    name: "test_flaky_files",
    type: "gauge",
    unit: null,
    help: "Test files that have failed and then passed in one run.",
    labels: ["project"],
    read: each((files) => files.filter(({ flakyRuns }) => flakyRuns > 0).length),
  },
  {
    name: "test_flaky_runs",
    type: "counter",
    unit: null,
    help: "How often that has happened.",
    labels: ["project"],
    read: each((files) => sum(files.map(({ flakyRuns }) => flakyRuns))),
  },
  {
    name: "test_file_seconds",
    type: "gauge",
    unit: "seconds",
    help: "What the last run of a test file took: the ten slowest of each project.",
    labels: ["project", "file"],
    read: most(({ tookMs }) => secondsOf(tookMs)),
  },
  {
    name: "test_file_flaky_runs",
    type: "gauge",
    unit: null,
    help: "How often a test file was flaky: the ten worst of each project.",
    labels: ["project", "file"],
    read: most(({ flakyRuns }) => flakyRuns),
  },
];
