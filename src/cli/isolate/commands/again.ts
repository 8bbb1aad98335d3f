/** The command that runs one file again as it has run, to be pasted into a shell. */
import { durationWord } from "../../../text/duration.ts";
import { shellWord } from "../../../text/shell-word.ts";
import { typed } from "../../../trust/typed.ts";

/** What of a command line decides how a file ends. */
interface FileFlags {
  readonly timeout: number | null;
  readonly memory?: number;
  readonly leaks: string;
  readonly testNamePattern?: string;
  readonly preload?: readonly string[];
}

/** `timeout`: as the watchdog's own for a process (`processTimeoutMs`). */
export const TEST_DEFAULTS = { timeout: 300_000, leaks: "fail" } as const;

export type RunAgain = (file: string) => string;

/** `behind`: Bun's own options. */
export function againWith(flags: FileFlags, behind: readonly string[]): RunAgain {
  const { timeout, memory, leaks, testNamePattern, preload = [] } = flags;
  const words = [
    ...(timeout === TEST_DEFAULTS.timeout
      ? []
      : ["--timeout", timeout === null ? "none" : durationWord(timeout)]),
    ...(memory === undefined ? [] : ["--memory", amountWord(memory)]),
    ...(leaks === TEST_DEFAULTS.leaks ? [] : ["--leaks", leaks]),
    ...(testNamePattern === undefined ? [] : [`--test-name-pattern=${testNamePattern}`]),
    ...preload.map((path) => `--preload=${path}`),
    ...(behind.length === 0 ? [] : ["--", ...behind]),
  ];
  return (file) => typed(["test", `./${file}`, ...words].map(shellWord).join(" "), "bun-isolate");
}

function amountWord(bytes: number): string {
  const units = ["G", "M", "K"].map((unit, at) => [unit, 1_024 ** (3 - at)] as const);
  const [unit, size] = units.find(([, each]) => bytes % each === 0) ?? ["K", 1_024];
  return `${Math.ceil(bytes / size)}${unit}`;
}
