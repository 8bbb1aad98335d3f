/**
 * What fingers and scripts are used to from PM2, read from its public end-to-end scripts and said in our own words. Each line
 * is one for the shell and must end with 0; `pm` is the manager. `counts 2 'online'` and `until …` are waited for: what
 * `prettylist` prints matches so often, and a command ends with 0.
 */
export interface Habit {
  readonly title: string;
  readonly lines: string;
  /** Where bunctl does otherwise: what its own lines are, and why. */
  readonly ours?: { readonly lines: string; readonly what: string; readonly because: string };
}
