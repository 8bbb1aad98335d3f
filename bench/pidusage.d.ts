/** pidusage 4 ships no types; these are the parts in use, from its README. */
declare module "pidusage" {
  export interface Usage {
    /** Percent of one core since the last call for this pid; 0 on the first. */
    readonly cpu: number;
    /** Resident set, bytes. */
    readonly memory: number;
    /** ms since the start of the process. */
    readonly elapsed: number;
  }
  export default function pidusage(pids: readonly number[]): Promise<Readonly<Record<string, Usage | null>>>;
}
