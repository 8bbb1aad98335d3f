/** One test file that has run in a process of its own: plain data, as `--json` shows it. */

export const FILE_VERDICTS = [
  "passed",
  "failed",
  "timeout",
  "memory",
  "crashed",
  "exited-early",
  "leaked",
  "no-tests",
] as const;

export type FileVerdict = (typeof FILE_VERDICTS)[number];

/** As `bun test` counts them in the last lines of its output. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  /** Errors outside of any test. */
  readonly errors: number;
  readonly skipped: number;
  readonly todo: number;
}

export const NO_TESTS: TestCounts = { passed: 0, failed: 0, errors: 0, skipped: 0, todo: 0 };

export const addCounts = (one: TestCounts, other: TestCounts): TestCounts => ({
  passed: one.passed + other.passed,
  failed: one.failed + other.failed,
  errors: one.errors + other.errors,
  skipped: one.skipped + other.skipped,
  todo: one.todo + other.todo,
});

/** One test, as Bun's JUnit report has it. */
export interface TestCase {
  /** The `describe` blocks around it, outermost first. */
  readonly suites: readonly string[];
  readonly name: string;
  readonly line: number | null;
  readonly tookMs: number;
  readonly status: "passed" | "failed" | "skipped" | "todo";
  readonly failure: { readonly type: string; readonly message: string; readonly text: string } | null;
}

export const fullName = ({ suites, name }: Pick<TestCase, "suites" | "name">): string =>
  [...suites, name].join(" > ");

/** What ran when a file was ended. */
export interface RunningTest {
  readonly phase: "loading" | "hook" | "test" | "between";
  /** Full name; null = not known. Between two tests the one before it; in a hook before all of them, the first. */
  readonly test: string | null;
  /** Of the test; of the hook, where there is only one that it can be. */
  readonly line: number | null;
  /** How many tests had ended by then; one that was tried again counts each time. */
  readonly ended: number;
}

export interface Leftover {
  readonly pid: number;
  readonly command: string;
}

export interface TestFileResult {
  /** Relative to the folder that the run was started in. */
  readonly file: string;
  readonly verdict: FileVerdict;
  readonly counts: TestCounts;
  /** Why it is no pass, as a sentence; null for one that passed. */
  readonly evidence: string | null;
  readonly running: RunningTest | null;
  readonly tookMs: number;
  /** null = cannot be told. */
  readonly cpuMs: number | null;
  readonly peakMemoryBytes: number | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Processes that it left behind; they were ended. */
  readonly leftovers: readonly Leftover[];
  /** Processes of it that are not dead, although they were to be. */
  readonly survivors: readonly Leftover[];
  readonly attempts: number;
  /** It failed, and then passed. */
  readonly flaky: boolean;
  readonly tests: readonly TestCase[];
}
