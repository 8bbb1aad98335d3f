/** What is kept of test files from run to run: how long each took, and when each was flaky. */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { isFailing } from "../../core/tests/report.ts";
import type { TestFileResult } from "../../core/tests/test-file.ts";
import { statePath } from "../../host/state.ts";
import { isRecord, parsedJson } from "../../text/json.ts";
import { ownUid } from "../../trust/open.ts";
import { homeOf } from "../../trust/state.ts";
import { leftText } from "./left-text.ts";

export interface FileMemory {
  /** Of its last run that came to its end. */
  readonly tookMs: number | null;
  /** How often it failed and then passed, and when for the last time (Unix epoch ms). */
  readonly flakyRuns: number;
  readonly lastFlakyMs: number | null;
}

export type TestMemory = Readonly<Record<string, FileMemory>>;

const NEVER_RAN: FileMemory = { tookMs: null, flakyRuns: 0, lastFlakyMs: null };

/** With the account's other records; by the folder that tests are run in. */
export const memoryPath = (cwd: string): string => {
  const uid = ownUid();
  const options = { uid, home: homeOf(uid, process.env), env: process.env };
  return statePath({ projectRoot: cwd, options }, "test-files.json");
};

/** Empty where there is none, or it cannot be read: then the order is not the best one, and nothing else. */
export function readMemory(path: string): TestMemory {
  const value = parsedJson(leftText(path) ?? "");
  const files = isRecord(value) && isRecord(value["files"]) ? value["files"] : {};
  return Object.fromEntries(Object.entries(files).flatMap(([file, one]) => memoryOf(file, one)));
}

/** A file of times may have come with a clone. */
function memoryOf(file: string, one: unknown): readonly (readonly [string, FileMemory])[] {
  if (!isRecord(one)) return [];
  const { tookMs, flakyRuns, lastFlakyMs } = one;
  const known = {
    tookMs: isTime(tookMs) ? tookMs : null,
    flakyRuns: isTime(flakyRuns) ? flakyRuns : 0,
    lastFlakyMs: isTime(lastFlakyMs) ? lastFlakyMs : null,
  };
  return [[file, known]];
}

const isTime = (value: unknown): value is number => typeof value === "number" && value >= 0;

/** Whole, or not at all. */
export function writeMemory(path: string, files: TestMemory): void {
  const draft = `${path}.${process.pid}.new`;
  try {
    writeFileSync(draft, `${JSON.stringify({ schemaVersion: 1, files }, null, 1)}\n`, {
      mode: 0o600,
      flag: "wx",
    });
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * How long a file takes is known only when it came to its end. `withTimes`: not after one shard of several, since all of them have
 * to see the same ones: else a file would be in two of them, or in none.
 */
export function remembered(
  before: TestMemory,
  results: readonly TestFileResult[],
  withTimes: boolean,
  nowMs: number,
): TestMemory {
  const now = results.map((result) => {
    const known = before[result.file] ?? NEVER_RAN;
    const flaky = result.flaky ? { flakyRuns: known.flakyRuns + 1, lastFlakyMs: nowMs } : {};
    const isTold = withTimes && (!isFailing(result) || result.verdict === "failed");
    return [result.file, { ...known, tookMs: isTold ? result.tookMs : known.tookMs, ...flaky }];
  });
  return { ...before, ...Object.fromEntries(now) };
}
