/** `bun-watchdog`: what is too quick or stays too long for the whole command line, and the rest. */
import { restartTuned } from "../host/runtime-tuning.ts";
import { completionAsked } from "./completion/words.ts";
import { atEdge } from "./edge.ts";
import { currentDirectory } from "../trust/typed.ts";
import { plainMonitor } from "./plain-monitor.ts";
import { commandFirst } from "./words.ts";

async function run(given: readonly string[]): Promise<number> {
  const argv = commandFirst(given);
  if (isPlainHook(argv, process.env) && (await isQuiet())) return 0;
  const options = plainMonitor(argv);
  if (options !== null) {
    await restartTuned(options);
    return (await import("./commands/monitor.ts")).monitor([], options);
  }
  // it stays, too
  if (argv[0] === "dashboard") await restartTuned({});
  const [{ runPlain }, { WATCHDOG }] = await Promise.all([import("./plain.ts"), import("./commands.ts")]);
  return (await runPlain(WATCHDOG, argv)) ?? (await import("./program.ts")).runProgram(WATCHDOG, argv);
}

/** Nobody is there to be looked at, and nothing is to be said. */
async function isQuiet(): Promise<boolean> {
  const { isAlone } = await import("./hook/alone.ts");
  const cwd = currentDirectory();
  if (cwd === null || !isAlone(cwd)) return false;
  return (await import("./hook/settings.ts")).hasFineSettings(cwd);
}

/** Runs one command line of `bun-watchdog`; resolves to the process's exit code. */
export const runCli = (argv: readonly string[]): Promise<number> =>
  completionAsked(async () => (await import("./commands.ts")).WATCHDOG, argv) ??
  atEdge(argv, run, !["monitor", "dashboard"].includes(commandFirst(argv)[0] ?? ""));

export const isPlainHook = (
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): boolean =>
  argv[0] === "cleanup" &&
  argv.slice(1).every((argument) => argument === "--hook") &&
  (argv.length > 1 || env["GIT_INDEX_FILE"] !== undefined || env["GIT_DIR"] !== undefined);
