/**
 * The test files that `bun test` would run here. Bun itself is asked, so patterns, bunfig.toml, --changed and whatever else
 * it heeds mean what they mean to it; no test file is run for that.
 */
import { join } from "node:path";
import { endingWords } from "../../core/slots/job-end.ts";
import type { LaunchPorts } from "../../launch/request.ts";
import { CommandError } from "../../text/errors.ts";
import { programFile } from "../../trust/package-file.ts";
import { runIsolated } from "../isolated.ts";
import { leftText } from "../left-text.ts";
import type { FileRunOptions } from "./options.ts";

const LONGEST_MS = 120_000;

interface FoundFiles {
  /** Absolute, in the order of `bun test`. */
  readonly files: readonly string[];
  /** What Bun said; of use where there are none. */
  readonly said: string;
  /** Bun takes it for a success: nothing has changed, say, and --changed was given. */
  readonly isFine: boolean;
}

export async function findTestFiles(
  patterns: readonly string[],
  { cwd, env, folder, signal, passWithNoTests }: FileRunOptions,
  args: readonly string[],
  ports: LaunchPorts,
): Promise<FoundFiles> {
  const found = join(folder, "found");
  const preload = `--preload=${programFile("src/runner/test/inside/found.ts")}`;
  const command = [process.execPath, "test", preload, `--coverage-dir=${folder}`, ...args, ...patterns];
  const end = await runIsolated(
    {
      command,
      cwd,
      env: { ...env, BUN_ISOLATE_FOUND: found },
      signal,
      timeoutMs: LONGEST_MS,
      name: "finding test files",
    },
    ports,
  );
  const names = (leftText(found) ?? "").split("\0").filter((path) => path !== "");
  const { ending } = end;
  // without files Bun exits with 1, as where its configuration is broken; told to pass without them, it does not
  const isNone = names.length === 0 && !passWithNoTests;
  const isFine = ending.how === "exited" && ending.code === 0;
  const isWhole = isFine || (ending.how === "exited" && isNone);
  // some of them, or none, would pass for all of them
  if (!isWhole && !signal.aborted)
    throw new CommandError(
      `The test files cannot all be found: bun test ${endingWords(ending)}.\n${end.stderr.text}`,
    );
  return { files: [...new Set(names)], said: end.stderr.text, isFine };
}
