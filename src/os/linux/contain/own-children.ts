/**
 * The processes that this one has started itself. As a subreaper it gets strangers for children too (PR_SET_CHILD_SUBREAPER(2const)):
 * those are reaped and may be killed as members of a job, these are waited for by Bun and are nobody's members.
 *
 * One set for the process: this module is in both files of a built wrapper.
 */
declare global {
  var bunWatchdogChildren: Set<number> | undefined;
}
const own = (globalThis.bunWatchdogChildren ??= new Set<number>());

/** Until it has ended. Everything in os/linux that spawns says so here. */
export const ownChild = ({
  pid,
  exited,
}: {
  readonly pid: number;
  readonly exited: Promise<number>;
}): void => {
  own.add(pid);
  void exited.finally(() => own.delete(pid));
};

export const isOwnChild = (pid: number): boolean => own.has(pid);
