/** Where the hierarchies of control groups are mounted, and where a group is in them: cgroups(7). */

export interface CgroupMount {
  readonly at: string;
  /** Which of the hierarchy's groups the mount shows as its root. */
  readonly root: string;
  /** Of a version 1 hierarchy; null = the unified one of version 2. */
  readonly controllers: readonly string[] | null;
}

/** proc_pid_mountinfo(5): root and mount point are fields 4 and 5, the type follows the lone "-". */
export const parseMounts = (mountinfo: string): readonly CgroupMount[] =>
  mountinfo.split("\n").flatMap((line): CgroupMount[] => {
    const [before = "", after = ""] = line.split(" - ");
    const [, , , root, at] = before.split(" ");
    const [type, , options = ""] = after.split(" ");
    if (root === undefined || at === undefined) return [];
    if (type === "cgroup2") return [{ at, root, controllers: null }];
    return type === "cgroup" ? [{ at, root, controllers: options.split(",") }] : [];
  });

/** What /proc/PID/cgroup says: the group's path in a version 1 hierarchy by controller, in the unified one by "". */
export const parseGroups = (cgroup: string): ReadonlyMap<string, string> => {
  const groups = new Map<string, string>();
  for (const [, controllers = "", path = ""] of cgroup.matchAll(/^\d+:([^:]*):(.*)$/gm))
    for (const controller of controllers.split(",")) groups.set(controller, path);
  return groups;
};

/** The directory of the group with this path. */
export const directoryOf = ({ at, root }: CgroupMount, path: string): string =>
  at + (root !== "/" && path.startsWith(root) ? path.slice(root.length) : path).replace(/\/$/, "");
