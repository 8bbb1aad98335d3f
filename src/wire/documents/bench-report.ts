/** What `bench --export-json` writes and `--compare` reads. */
import type { BenchReport } from "../../core/bench/report.ts";

/** @throws an Error that names the file, with the code USAGE */
export function readBenchReport(text: string, path: string): BenchReport {
  const report = parsed(text);
  if (report !== null) return report;
  throw Object.assign(
    new Error(
      `${path} holds no results of this version. Give a file that bun-isolate bench --export-json has written.`,
    ),
    { code: "USAGE" },
  );
}

function parsed(text: string): BenchReport | null {
  try {
    const value: unknown = JSON.parse(text);
    return isReport(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isReport = (value: unknown): value is BenchReport =>
  isObject(value) &&
  value["schemaVersion"] === 1 &&
  isObject(value["environment"]) &&
  Array.isArray(value["noise"]) &&
  Array.isArray(value["benchmarks"]) &&
  value["benchmarks"].every(isBenchmark);

/** As far as a comparison reads it. */
const isBenchmark = (value: unknown): boolean =>
  isObject(value) &&
  typeof value["name"] === "string" &&
  Array.isArray(value["trials"]) &&
  value["trials"].every(
    (trial: unknown) =>
      isObject(trial) &&
      Number.isFinite(trial["median"]) &&
      Array.isArray(trial["samples"]) &&
      trial["samples"].every(Number.isFinite),
  );
