/** What is declared of an app and does not hold, or may mean something else than somebody thinks. */
import { kindOfFile } from "../files/directories.ts";
import type { DeclaredApp } from "./declare.ts";
import type { AppPlace, Findings } from "./findings.ts";
import type { AppKeyName } from "./keys/all.ts";
import type { AppProgram } from "./program.ts";
import type { composeVariables } from "./variables.ts";

/** A key as the file spells it. */
export const keyPath = ({ path, spelling }: DeclaredApp, key: AppKeyName): readonly (string | number)[] => [
  ...path,
  spelling.get(key) ?? key,
];

interface Read {
  readonly cwd: string;
  readonly variables: ReturnType<typeof composeVariables>;
  readonly environment: string | null;
}

/** What is declared and not there, or not as somebody may think. */
export function declaredDoubts(
  app: DeclaredApp,
  { cwd, variables, environment }: Read,
  place: AppPlace,
  findings: Findings,
): void {
  const { name } = app.declared;
  if (kindOfFile(cwd) !== "folder")
    findings.warn(place, keyPath(app, "cwd"), {
      code: "no-program",
      message: `${cwd} is no folder yet`,
      allowed: "make it before the app is started",
    });
  if (/^(?:all|\d+|\/.*\/)$/u.test(name ?? ""))
    findings.warn(place, keyPath(app, "name"), {
      code: "passed-over",
      message: `"${name}" selects something else in commands`,
      allowed: "a name that is not all, no number, and not between slashes",
    });
  for (const { file, why } of variables.missing)
    findings.error(place, keyPath(app, "env_file"), {
      code: "not-found",
      message: `${file} cannot be read (${why})`,
      allowed: "correct the path; it starts at the config file's folder",
    });
  if (!variables.hasEnvironment)
    findings.warn(place, app.path, {
      code: "passed-over",
      message: `has no env_${environment}: env alone holds`,
      allowed: `add env_${environment}, or leave --env out`,
    });
}

/** Warns of keys that cannot hold, because another key holds. */
export function contradictions(
  app: DeclaredApp,
  program: AppProgram,
  place: AppPlace,
  findings: Findings,
): void {
  const { declared, spelling } = app;
  const tell = (key: AppKeyName, message: string, allowed: string): void =>
    findings.warn(place, keyPath(app, key), { code: "passed-over", message, allowed });
  if (declared.script !== undefined && declared.command !== undefined)
    tell("command", "is passed over: script says what is run", "leave one of the two out");
  if (declared.restart_policy !== undefined && declared.autorestart !== undefined)
    tell("autorestart", "is passed over: restart_policy holds", "leave one of the two out");
  if (spelling.get("interpreter_args")?.startsWith("node") === true && program.runtime === "bun")
    tell(
      "interpreter_args",
      "is given to Bun, which knows other flags than Node",
      'check the flags, or set interpreter: "node"',
    );
  for (const glob of declared.ignore_watch ?? [])
    if (/\\[./[\]]|\[\\/u.test(glob))
      tell(
        "ignore_watch",
        `"${glob}" looks like a regular expression; it is read as a glob`,
        "write a glob or a name, such as node_modules, *.log, .*",
      );
}
