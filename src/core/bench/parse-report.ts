/** What `bench --export-json` writes and `--compare` reads. */
import type { BenchReport } from "./report.ts";
import { UsageError } from "../../text/errors.ts";
import { isObject, parsedJson } from "../../text/json.ts";

/** @throws UsageError that names the file */
export function readBenchReport(text: string, path: string): BenchReport {
  const report = parsedJson(text);
  if (isReport(report)) return report;
  throw new UsageError(
    `${path} holds no results of this version. Give a file that bun-isolate bench --export-json has written.`,
  );
}

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
