/** What holds for every file of one run. */

export interface FileRunOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Options of `bun test` that every file gets. */
  readonly bunArgs: readonly string[];
  readonly timeoutMs: number | null;
  readonly memoryBytes: number | null;
  /** A process left behind makes a file that passed `leaked`; else it is a warning. */
  readonly leaksFail: boolean;
  readonly passWithNoTests: boolean;
  readonly project: string;
  /** Of this run, and private: each attempt has a folder in it. */
  readonly folder: string;
  readonly coverage: boolean;
  /** Only tests with some names run. */
  readonly isFiltered: boolean;
  readonly signal: AbortSignal;
}
