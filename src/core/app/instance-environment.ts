/** What the process of one instance finds in its environment: the shell's, the config file's above it, and its number. */
import type { AppSpec } from "./app-spec.ts";

export function instanceEnvironment(spec: AppSpec, number: number): Readonly<Record<string, string>> {
  const { shellEnv, env, instanceVariable, incrementVariable } = spec;
  const first =
    incrementVariable === null ? NaN : Number(env[incrementVariable] ?? shellEnv[incrementVariable]);
  return {
    ...shellEnv,
    ...env,
    [instanceVariable]: String(number),
    ...(incrementVariable !== null && Number.isFinite(first)
      ? { [incrementVariable]: String(first + number) }
      : {}),
  };
}
