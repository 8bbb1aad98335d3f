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
