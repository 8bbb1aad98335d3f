/** Which variables of the shell an app does not get: `filter_env`, and what `env` sets to null. Of whatever shell, of the next one too. */

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
