/**
 * The environment of one instance's process: the shell's variables, the config file's, which override them,
 * and its number.
 */
import type { AppSpec } from "./app-spec.ts";
import { keptOfShell } from "./shell-filter.ts";

type Of = Pick<AppSpec, "shellEnv" | "shellFilter" | "env" | "instanceVariable" | "incrementVariable">;

export function instanceEnvironment(spec: Of, number: number): Readonly<Record<string, string>> {
  const { env, instanceVariable, incrementVariable: counted } = spec;
  // the filter also holds for a shell that has come since
  const shellEnv = keptOfShell(spec.shellEnv, spec.shellFilter);
  const all = { ...shellEnv, ...env, [instanceVariable]: String(number) };
  if (counted === null) return all;
  // a value that is no number counts from 0, as in PM2
  const first = Number(env[counted] ?? shellEnv[counted]);
  return { ...all, [counted]: String((Number.isFinite(first) ? first : 0) + number) };
}
