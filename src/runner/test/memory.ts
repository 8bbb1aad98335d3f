/** What is kept of test files from run to run: how long each took, and when each was flaky. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isFailing } from "../../core/tests/report.ts";
import type { TestFileResult } from "../../core/tests/test-file.ts";
import { statePath } from "../../host/state.ts";
import { acquireLock } from "../../os/select.ts";
import { child, isRecord, parsedJson } from "../../text/json.ts";
import { codeOf, messageOf } from "../../text/system-error.ts";
import { ownUid } from "../../trust/open.ts";
import { homeOf } from "../../trust/state.ts";
import { leftText } from "../left-text.ts";

export interface FileMemory {
  /** Of its last run that came to its end. */
  readonly tookMs: number | null;
  /** How often it failed and then passed, and when for the last time (Unix epoch ms). */
  readonly flakyRuns: number;
  readonly lastFlakyMs: number | null;
}

export type TestMemory = ReadonlyMap<string, FileMemory>;

const NEVER_RAN: FileMemory = { tookMs: null, flakyRuns: 0, lastFlakyMs: null };

/** With the account's other records; by the folder that tests are run in. */
const recordPath = (cwd: string, name: string): string => {
  const uid = ownUid();
  const options = { uid, home: homeOf(uid, process.env), env: process.env };
  return statePath({ projectRoot: cwd, options }, name);
};

interface MemoryStore {
  readonly path: string;
  /** Whose lock it has: of all who write it, wherever they run. */
  readonly lockPath: string;
}

/** `timings`: a file of a person's own; null = the account's record. */
export function memoryStore(cwd: string, timings: string | null): MemoryStore {
  const path = timings === null ? recordPath(cwd, "test-files.json") : resolve(cwd, timings);
  return { path, lockPath: recordPath(timings === null ? cwd : dirname(path), "test-files.lock") };
}

/** Empty where there is none, or it cannot be read: then the order is not the best one, and nothing else. */
export function readMemory(path: string): TestMemory {
  const files = child(parsedJson(leftText(path) ?? ""), "files");
  const known = isRecord(files) ? Object.entries(files) : [];
  return new Map(known.flatMap(([file, value]) => memoryOf(file, value)));
}

/** A file of times may have come with a clone. */
function memoryOf(file: string, value: unknown): readonly (readonly [string, FileMemory])[] {
  if (!isRecord(value)) return [];
  const { tookMs, flakyRuns, lastFlakyMs } = value;
  const known = {
    tookMs: isTime(tookMs) ? tookMs : null,
    flakyRuns: isTime(flakyRuns) ? flakyRuns : 0,
    lastFlakyMs: isTime(lastFlakyMs) ? lastFlakyMs : null,
  };
  return [[file, known]];
}

const isTime = (value: unknown): value is number => typeof value === "number" && value >= 0;

interface NewMemory {
  readonly results: readonly TestFileResult[];
  /**
   * Not after one shard of several, since all of them have to see the same ones: else a file would be in two of them, or in
   * none.
   */
  readonly withTimes: boolean;
  readonly nowMs: number;
}

const [TRIES, BETWEEN_TRIES_MS] = [200, 10];

/**
 * Adds to what is there by now: another run may have ended meanwhile. Resolves to a sentence where it could not be kept, which
 * changes no result.
 */
export async function keepMemory({ path, lockPath }: MemoryStore, news: NewMemory): Promise<string | null> {
  try {
    for (let tries = 1; tries <= TRIES; tries++) {
      const lock = acquireLock(lockPath);
      if ("heldBy" in lock) await Bun.sleep(BETWEEN_TRIES_MS);
      else {
        using _ = lock;
        writeWhole(path, written(remembered(readMemory(path), news)));
        return null;
      }
    }
    return `how long the files took could not be kept in ${path}: another run keeps it locked`;
  } catch (error) {
    if (codeOf(error) === null) throw error;
    return `how long the files took could not be kept in ${path}: ${messageOf(error)}`;
  }
}

/** Whole, or not at all. A file of --timings lies where a person wants it, whoever that place belongs to. */
function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.new`;
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: "wx" });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

const written = (files: TestMemory): string =>
  `${JSON.stringify({ schemaVersion: 1, files: Object.fromEntries(files) }, null, 1)}\n`;

/** How long a file takes is known only when it came to its end. */
function remembered(before: TestMemory, { results, withTimes, nowMs }: NewMemory): TestMemory {
  const now = results.map((result) => {
    const known = before.get(result.file) ?? NEVER_RAN;
    const flaky = result.flaky ? { flakyRuns: known.flakyRuns + 1, lastFlakyMs: nowMs } : {};
    const isTold = withTimes && (!isFailing(result) || result.verdict === "failed");
    return [result.file, { ...known, tookMs: isTold ? result.tookMs : known.tookMs, ...flaky }] as const;
  });
  return new Map([...before, ...now]);
}
