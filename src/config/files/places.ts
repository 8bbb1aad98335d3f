/** The names under which a project's configuration is looked for. */

export const KIRO = ".kiro";
export const KIRO_FILE = "bun-process-config.json";
export const PACKAGE_KEY = "bunWatchdog";
export const PACKAGE = "package.json";
export const PLACES = [
  PACKAGE,
  ".bun-watchdogrc",
  ".bun-watchdogrc.json",
  ".bun-watchdogrc.jsonc",
  ".bun-watchdogrc.yaml",
  ".bun-watchdogrc.yml",
];

/**
 * `cwd` and the directories above it, nearest first. The walk ends at the repository's root, or at the home directory:
 * what lies above belongs to somebody else. `exists`: asked about entries of any kind.
 */
export function directoriesUp(cwd: string, home: string, exists: (path: string) => boolean): string[] {
  const found: string[] = [];
  for (let directory = cwd; ; directory = above(directory)) {
    found.push(directory);
    const end = directory === home || directory === above(directory);
    if (end || exists(inside(directory, ".git"))) return found;
  }
}

/** Where the account's own settings are. The environment has no say: they carry privileges. */
export const userFile = (home: string): string => inside(home, ".config/bun-watchdog/config.json");

/** Of absolute paths; node:path takes 2 ms of a gated start. */
const above = (path: string): string => path.slice(0, Math.max(1, path.lastIndexOf("/")));
export const inside = (directory: string, name: string): string =>
  directory === "/" ? `/${name}` : `${directory}/${name}`;
