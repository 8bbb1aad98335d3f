/** Words of a PM2 command line that scripts are full of, as bunctl says them. */

/** About what bunctl does not do, or does in any case: they change nothing. */
export const NEEDLESS: ReadonlySet<string> = new Set([
  "-x",
  "--execute-command",
  "-m",
  "--mini-list",
  "-s",
  "--silent",
  "--no-color",
  "--no-vizion",
  "--no-pmx",
  "--no-automation",
  "--source-map-support",
  "--disable-source-map-support",
  "--disable-trace",
]);

/** Other spellings of what bunctl has. */
export const OPTIONS: Readonly<Record<string, string>> = {
  "--cron-restart": "--cron",
  "-v": "--version",
  "-a": "--update-env",
};

const LIVE_TABLE = ["status", "--watch"];

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  update: ["daemon", "upgrade"],
  updatePM2: ["daemon", "upgrade"],
  monit: LIVE_TABLE,
  imonit: LIVE_TABLE,
  dash: LIVE_TABLE,
  dashboard: LIVE_TABLE,
  ecosystem: ["init", "--ecosystem"],
  "--no-daemon": ["daemon", "run"],
};

/** Here a script may be started twice, or a file be overwritten: elsewhere PM2's --force has nothing to force. */
const FORCES: ReadonlySet<string> = new Set(["start", "init"]);
/** Here -f is --follow. */
const FOLLOWS: ReadonlySet<string> = new Set(["logs", "log", "events"]);

/** Without what stands behind `--`, which is the app's. */
export function inOurWords(argv: readonly string[]): readonly string[] {
  const [given = "", ...words] = argv
    .filter((word) => !NEEDLESS.has(word))
    .map((word) => word.replace(/^[^=]+/u, (option) => OPTIONS[option] ?? option));
  const command = commandOf(given, words);
  const rest = withoutNumber(words.filter((word, index) => !isLeftOut(command, word, index)));
  return [...(COMMANDS[command] ?? [command]), ...rest].filter((word) => word !== "");
}

/** `init simple` and `start --no-daemon` are others than `init` and `start`. */
function commandOf(given: string, words: readonly string[]): string {
  if (given === "init" && /^[^-]/u.test(words[0] ?? "")) return "ecosystem";
  return given === "start" && words.includes("--no-daemon") ? "runtime" : given;
}

function isLeftOut(command: string, word: string, index: number): boolean {
  switch (word) {
    case "--no-daemon":
      return true;
    case "--force":
      return !FORCES.has(command);
    case "-f":
      return !FORCES.has(command) && !FOLLOWS.has(command);
    // what is stopped is not watched
    case "--watch":
      return command === "stop";
    // pm2-runtime start app.js
    case "start":
      return command === "runtime" && index === 0;
    case "systemd":
      return command === "startup" || command === "unstartup";
    default:
      return command === "ecosystem" && index === 0 && !word.startsWith("-");
  }
}

/** `--parallel 4`: bunctl restarts all of them at once. */
const withoutNumber = (words: readonly string[]): readonly string[] =>
  words.filter((word, index) => words[index - 1] !== "--parallel" || !/^\d+$/u.test(word));
