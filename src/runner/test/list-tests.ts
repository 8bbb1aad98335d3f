/** The tests of a file in their order, with their lines: asked for only where it was ended before it had told. */
import { join } from "node:path";
import { readReport } from "../../core/tests/bun-report.ts";
import type { TestCase } from "../../core/tests/test-file.ts";
import type { LaunchPorts } from "../../launch/request.ts";
import { packageFile } from "../../trust/package-file.ts";
import { runIsolated } from "../isolated.ts";
import { leftText } from "./left-text.ts";
import type { FileRunOptions } from "./options.ts";

/** The file was loaded once already, and its tests are not run. */
const LONGEST_MS = 10_000;

/** Empty where they cannot be had. */
export async function listTests(
  file: string,
  folder: string,
  { cwd, env, bunArgs, memoryBytes, signal }: FileRunOptions,
  ports: LaunchPorts,
): Promise<readonly TestCase[]> {
  if (signal.aborted) return [];
  const report = join(folder, "listing.xml");
  const command = [
    process.execPath,
    "test",
    `--preload=${packageFile("src/runner/test/inside/listing.ts")}`,
    "--reporter=junit",
    `--reporter-outfile=${report}`,
    // a bunfig.toml may want one of every run
    `--coverage-dir=${folder}`,
    ...bunArgs,
    file,
  ];
  await runIsolated({ command, cwd, env, memoryBytes, signal, timeoutMs: LONGEST_MS, keepBytes: 0 }, ports);
  const text = leftText(report);
  return (text === null ? null : readReport(text)) ?? [];
}
