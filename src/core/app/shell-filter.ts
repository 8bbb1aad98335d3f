/**
 * An app does not get these variables of the shell: those that `filter_env` names, and those that `env` sets
 * to null. This holds for any shell, also for the next one.
 */

export interface ShellFilter {
  readonly all: boolean;
  /** Every variable whose name contains one of these. */
  readonly containing: readonly string[];
  readonly named: readonly string[];
}

export const keptOfShell = (
  shell: Readonly<Record<string, string>>,
  { all, containing, named }: ShellFilter,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(shell).filter(
      ([name]) => !all && !named.includes(name) && !containing.some((text) => name.includes(text)),
    ),
  );
