/** pidusage 4 ships no types; these are the parts in use, from its README. */
declare module "pidusage" {
  export interface Usage {
    /** Percent of one core since the last call for this pid; 0 on the first, and wrong after a gap of a minute. */
    readonly cpu: number;
    /** Resident set, bytes. */
    readonly memory: number;
    /** User + system time, ms. */
    readonly ctime: number;
    /** ms since the start of the process. */
    readonly elapsed: number;
  }
  /** Throws when no pid of the list is there; some of them missing are missing, undefined or null in the result. */
  export default function pidusage(
    pids: readonly number[],
  ): Promise<Readonly<Record<string, Usage | null | undefined>>>;
}
