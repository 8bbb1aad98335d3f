/** Words of a PM2 command line that scripts are full of, as bunctl says them. */

/** About what bunctl does not do, or does in any case: they change nothing. */
const NEEDLESS: ReadonlySet<string> = new Set([
  "-x",
  "--execute-command",
  "-m",
  "--mini-list",
  "-s",
  "--silent",
  "--no-vizion",
  "--no-pmx",
  "--no-automation",
  "--source-map-support",
  "--disable-source-map-support",
  "--disable-trace",
]);

const OPTIONS: Readonly<Record<string, string>> = {
  "--cron-restart": "--cron",
  "-v": "--version",
};

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  update: ["daemon", "upgrade"],
  updatePM2: ["daemon", "upgrade"],
};

/** Without what stands behind `--`, which is the app's. */
export function inOurWords(argv: readonly string[]): readonly string[] {
  const [command = "", ...rest] = argv
    .filter((word) => !NEEDLESS.has(word))
    .map((word) => word.replace(/^[^=]+/u, (option) => OPTIONS[option] ?? option));
  return [...(COMMANDS[command] ?? [command]), ...rest].filter((word) => word !== "");
}
