/** Finds the variables of an app: those that the file sets, and those that are left of the shell's. */
import type { ShellFilter } from "../../core/app/shell-filter.ts";
import { DEPTH_VARIABLE, JOB_VARIABLE } from "../../core/process/slot.ts";
import { messageOf } from "../../text/system-error.ts";
import { readRegular } from "../../trust/open.ts";
import type { DeclaredApp } from "./declare.ts";
import { inHome } from "./which.ts";

type Values = Record<string, string>;

interface Composed {
  readonly env: Readonly<Values>;
  /** Variables that env sets to null: they are not set. */
  readonly unset: readonly string[];
  readonly missing: readonly { readonly file: string; readonly why: string }[];
  /** false: --env names an environment that this app does not have. */
  readonly hasEnvironment: boolean;
}

/** `env` holds before files, `port` before `env`, and `env_<name>` before them all, as in PM2. */
export function composeVariables(
  { declared, environments }: DeclaredApp,
  environment: string | null,
  base: string,
): Composed {
  const env: Values = Object.create(null);
  const missing: { file: string; why: string }[] = [];
  for (const name of declared.env_file ?? []) {
    const file = inHome(name, base);
    try {
      Object.assign(env, parseEnvFile(readRegular(file)));
    } catch (error) {
      missing.push({ file, why: messageOf(error) });
    }
  }
  const chosen = environment === null ? undefined : environments.get(environment);
  const layers = [declared.env, declared.port === undefined ? {} : { PORT: String(declared.port) }, chosen];
  const unset = new Set<string>();
  for (const layer of layers) {
    for (const [name, value] of Object.entries(layer ?? {})) {
      if (value === null) {
        delete env[name];
        unset.add(name);
      } else {
        env[name] = value;
        unset.delete(name);
      }
    }
  }
  // a file that is code may have copied the whole environment that it found
  for (const name of [JOB_VARIABLE, DEPTH_VARIABLE]) delete env[name];
  return { env, unset: [...unset], missing, hasEnvironment: environment === null || chosen !== undefined };
}

/**
 * These are about the very command that reads the file, and about the shell that it was typed in. They are
 * for no app, however they get there.
 */
const OURS: ReadonlySet<string> = new Set([JOB_VARIABLE, DEPTH_VARIABLE, "_", "SHLVL", "OLDPWD"]);

/** Returns the variables of a shell, as the person has them. */
export const shellVariables = (shell: Readonly<Record<string, string | undefined>>): Readonly<Values> => {
  const kept: Values = Object.create(null);
  for (const [name, value] of Object.entries(shell))
    if (value !== undefined && !OURS.has(name)) kept[name] = value;
  return kept;
};

export const shellFilterOf = (
  filter: boolean | readonly string[] | undefined,
  unset: readonly string[],
): ShellFilter => ({
  all: filter === true,
  containing: typeof filter === "object" ? filter.filter((text) => text !== "") : [],
  named: unset,
});

const LINE =
  /^[ \t]*(?:export[ \t]+)?(?<name>[\w.-]+)[ \t]*=[ \t]*(?:'(?<single>[^']*)'|"(?<double>(?:[^"\\]|\\[^])*)"|`(?<back>[^`]*)`|(?<bare>[^\n]*))/gmu;
const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** Reads NAME=value lines as dotenv does; nothing in a value is expanded. */
export function parseEnvFile(text: string): Readonly<Values> {
  const found: Values = Object.create(null);
  for (const { groups = {} } of text
    .replaceAll("\r\n", "\n")
    .replace(/^\uFEFF/u, "")
    .matchAll(LINE)) {
    const { name = "", single, double, back, bare = "" } = groups;
    found[name] =
      single ??
      back ??
      double?.replace(
        /\\(?<character>[^])/gu,
        (_all, character: string) => ESCAPES[character] ?? character,
      ) ??
      bare.replace(/(?:^|\s)#.*$/u, "").trim();
  }
  return found;
}
