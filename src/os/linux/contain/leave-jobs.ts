/** A manager that was started inside of a launched job is no part of it: it goes to the groups that the job was started from. */
import { Group, jobOfGroup } from "./group.ts";
import { ownGroups } from "./own-groups.ts";

/** Where the group above has to stay empty: it hands controllers down. */
const MANAGER_LEAF = "bun-watchdog-manager";

/** Lists the groups of jobs that it cannot leave. */
export function leaveJobs(): readonly string[] {
  const { unified, memory, cpu, pids } = ownGroups();
  return [unified, memory, cpu, pids].filter((directory) => directory !== null).flatMap(leave);
}

function leave(directory: string): readonly string[] {
  const above = aboveJobs(directory);
  if (above === null || enters(above)) return [];
  const leaf = above.child(MANAGER_LEAF);
  return enters(typeof leaf === "string" ? new Group(`${above.directory}/${MANAGER_LEAF}`) : leaf)
    ? []
    : [directory];
}

/** null: it is in no job's. */
function aboveJobs(directory: string): Group | null {
  const names = directory.split("/");
  const first = names.findIndex((name) => jobOfGroup(name) !== null);
  return first < 0 ? null : new Group(names.slice(0, first).join("/"));
}

const enters = (group: Group): boolean => group.write("cgroup.procs", String(process.pid)) === null;
