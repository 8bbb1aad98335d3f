/**
 * What a bunfig.toml says about the whole of a run: the process of one file cannot heed it for the others, and Bun takes it rather
 * than what stands on the command line.
 */
import { resolve } from "node:path";
import type { CoverageThreshold } from "../../core/tests/threshold.ts";
import { descend, isRecord } from "../../text/json.ts";
import { textAt } from "../../trust/small-files.ts";

export interface TestConfig {
  /** It is asked for in the file, or by `args`. */
  readonly coverage: boolean;
  readonly coverageDir: string | null;
  /** null = none. */
  readonly threshold: CoverageThreshold | null;
  /** The file without all that, as JSON, for the process of each file; null = it says nothing of the kind. */
  readonly ofOneFile: string | null;
  /** Likewise for the process that only says which files there are: it loads nothing first. */
  readonly ofFinding: string | null;
}

/** `args`: options of `bun test`. A file that is broken says nothing here: Bun refuses it aloud. */
export function testConfig(cwd: string, args: readonly string[]): TestConfig {
  const given = (option: RegExp, usual: string): string =>
    args.flatMap((word) => option.exec(word)?.[1] ?? []).at(-1) ?? usual;
  const folder = resolve(cwd, given(/^--cwd=(.+)$/su, "."));
  const whole = parsed(textAt(resolve(folder, given(/^(?:--config|-c)=(.+)$/su, "bunfig.toml"))) ?? "");
  const settings = descend(whole, ["test"]);
  const directory = descend(settings, ["coverageDir"]);
  return {
    coverage:
      descend(settings, ["coverage"]) === true ||
      args.some((word) => /^--coverage(?:-reporter)?(?:=|$)/u.test(word)),
    coverageDir: typeof directory === "string" ? directory : null,
    threshold: thresholdOf(descend(settings, ["coverageThreshold"])),
    ofOneFile: without(OF_THE_WHOLE, whole, settings),
    ofFinding: without([...OF_THE_WHOLE, "preload"], whole, settings),
  };
}

const OF_THE_WHOLE = ["coverage", "coverageDir", "coverageReporter", "coverageThreshold", "reporter"];

function without(keys: readonly string[], whole: unknown, settings: unknown): string | null {
  if (!isRecord(whole) || !isRecord(settings)) return null;
  const kept = Object.entries(settings).filter(([key]) => !keys.includes(key));
  if (kept.length === Object.keys(settings).length) return null;
  return JSON.stringify({ ...whole, test: Object.fromEntries(kept) });
}

function parsed(toml: string): unknown {
  try {
    return Bun.TOML.parse(toml);
  } catch (error) {
    // a BuildMessage or a SyntaxError, by version
    if (error instanceof Error || isRecord(error)) return null;
    throw error;
  }
}

/** Of a share that an object does not name (measured with Bun 1.4.5). */
const UNNAMED = 0.9;
const SHARES = ["lines", "functions", "statements"] as const;

/** Bun holds lines and functions to it. */
function thresholdOf(value: unknown): CoverageThreshold | null {
  if (typeof value === "number") return { lines: value, functions: value };
  const [lines, functions, statements] = SHARES.map((name) => descend(value, [name]));
  if ([lines, functions, statements].every((each) => each === undefined)) return null;
  return { lines: wantedShare(lines), functions: wantedShare(functions) };
}

const wantedShare = (value: unknown): number => (typeof value === "number" ? value : UNNAMED);
