/** Which of the project's hooks and package scripts run the watchdog. Looked at, never changed. */
import { entriesAt } from "../trust/small-files.ts";
import { join } from "node:path";
import { type Finding, findings } from "../core/plan/finding.ts";
import { readRegular } from "../trust/open.ts";
import { orElse } from "../text/system-error.ts";
import { isRecord, parsedJson } from "../text/json.ts";

const { ok, off } = findings("here");

const CALL = /\bbun-watchdog\b|\bfix-runaway-bun\b|\bbun-monitor-service\b|\bbun:(?:cleanup|monitor)\b/u;
/** Where git, husky and lefthook keep hooks. */
const HOOK_DIRECTORIES = [".git/hooks", ".husky"];
const HOOK_FILES = ["lefthook.yml", "lefthook.yaml", ".lefthook.yml"];

/** Not there, not ours to read, or not a file: it calls nobody as far as we can see. */
const ABSENT = ["ENOENT", "ENOTDIR", "EACCES", "EISDIR", "ENXIO", "ELOOP"];

const textOf = (path: string): string => orElse("", () => readRegular(path), ...ABSENT);

/** Names of the scripts whose command calls us; none in what is no package.json. */
export function callingScripts(packageJson: string): string[] {
  // whoever owns the file will hear of it from npm
  const parsed = parsedJson(packageJson);
  const scripts = isRecord(parsed) ? parsed["scripts"] : null;
  return Object.entries(isRecord(scripts) ? scripts : {}).flatMap(([name, command]) =>
    typeof command === "string" && CALL.test(command) ? [name] : [],
  );
}

function callingHooks(root: string): string[] {
  const files = [
    ...HOOK_DIRECTORIES.flatMap((directory) =>
      (entriesAt(join(root, directory), ...ABSENT) ?? [])
        .filter((name) => !name.endsWith(".sample"))
        .map((name) => join(directory, name)),
    ),
    ...HOOK_FILES,
  ];
  return files.filter((file) => CALL.test(textOf(join(root, file))));
}

export function callers(root: string): Finding {
  const scripts = callingScripts(textOf(join(root, "package.json")) || "{}");
  const hooks = callingHooks(root);
  const found = [
    ...(scripts.length > 0 ? [`package scripts ${scripts.join(", ")}`] : []),
    ...(hooks.length > 0 ? [`hooks ${hooks.join(", ")}`] : []),
  ];
  return found.length > 0
    ? ok("called by", found.join("; "))
    : off("called by", "no package script and no git hook of this project");
}
