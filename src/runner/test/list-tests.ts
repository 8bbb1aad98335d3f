/** The tests of a file in their order, with their lines: asked for only where it was ended before it had told. */
import { readReport } from "../../core/tests/bun-report.ts";
import {
  attemptsIn,
  beforeAllLines,
  type TestListing,
  NOTHING_LISTED,
  thatRun,
} from "../../core/tests/trail.ts";
import { isShortage } from "../../text/system-error.ts";
import { programFile } from "../../trust/package-file.ts";
import { runIsolated } from "../isolated.ts";
import { leftText } from "../left-text.ts";
import type { RunnerPorts } from "../ports.ts";
import type { FileRunOptions } from "./options.ts";

/** The file was loaded once already, and its tests are not run. */
const LONGEST_MS = 10_000;
/** Its last lines are enough. */
const KEEP_BYTES = 4_096;

/** Empty where it cannot be had (the machine has no room for it, too), or where the n-th that begins need not be the n-th of them: in random order, or tried again. */
export async function listTests(
  file: string,
  folder: string,
  { cwd, env, bunArgs, memoryBytes, project, signal }: FileRunOptions,
  ports: RunnerPorts,
): Promise<TestListing> {
  if (signal.aborted) return NOTHING_LISTED;
  const [report, trail] = [`${folder}-listing.xml`, `${folder}-listing.trail`];
  const command = [
    process.execPath,
    "test",
    `--preload=${programFile("src/runner/test/inside/listing.ts")}`,
    "--reporter=junit",
    `--reporter-outfile=${report}`,
    // a bunfig.toml may want one of every run
    `--coverage-dir=${folder}`,
    ...bunArgs,
    file,
  ];
  const end = await runIsolated(
    {
      command,
      cwd,
      env: { ...env, BUN_ISOLATE_TRAIL: trail, BUN_ISOLATE_FILE: file },
      memoryBytes,
      signal,
      counts: true,
      project,
      timeoutMs: LONGEST_MS,
      keepBytes: KEEP_BYTES,
    },
    ports,
  ).catch((error: unknown) => {
    if (!isShortage(error) && !signal.aborted) throw error;
    return null;
  });
  if (end === null) return NOTHING_LISTED;
  const tests = readReport(leftText(report) ?? "") ?? [];
  const isInOrder = !/^ *--seed=\d+$/mu.test(end.stderr.text);
  const left = leftText(trail) ?? "";
  const isKnown = isInOrder && attemptsIn(left) === thatRun(tests).length;
  return isKnown ? { tests, beforeAllLines: beforeAllLines(left) } : NOTHING_LISTED;
}
