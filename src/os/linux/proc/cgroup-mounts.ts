/** Where the hierarchies of control groups are mounted, and where a group is in them: cgroups(7). */

interface CgroupMount {
  readonly at: string;
  /** Which of the hierarchy's groups the mount shows as its root. */
  readonly root: string;
  /** Of a version 1 hierarchy; null = the unified one of version 2. */
  readonly controllers: readonly string[] | null;
}

/** proc_pid_mountinfo(5): root and mount point are fields 4 and 5, the type follows the lone "-". */
const parseMounts = (mountinfo: string): readonly CgroupMount[] =>
  mountinfo.split("\n").flatMap((line): CgroupMount[] => {
    const [before = "", after = ""] = line.split(" - ");
    const [, , , root, at] = before.split(" ");
    const [type, , options = ""] = after.split(" ");
    if (root === undefined || at === undefined) return [];
    if (type === "cgroup2") return [{ at, root, controllers: null }];
    return type === "cgroup" ? [{ at, root, controllers: options.split(",") }] : [];
  });

/** Reads /proc/PID/cgroup: the group's path in a version 1 hierarchy by controller, in the unified one by "". */
const parseGroups = (cgroup: string): ReadonlyMap<string, string> => {
  const groups = new Map<string, string>();
  for (const [, controllers = "", path = ""] of cgroup.matchAll(/^\d+:([^:]*):(.*)$/gm))
    for (const controller of controllers.split(",")) groups.set(controller, path);
  return groups;
};

const directoryOf = ({ at, root }: CgroupMount, path: string): string =>
  at + (root !== "/" && path.startsWith(root) ? path.slice(root.length) : path).replace(/\/$/, "");

/** `unified` is version 2; the others are version 1 hierarchies, by the controller that they have. */
type Hierarchy = "unified" | "freezer" | "memory" | "cpu" | "pids";
export type Mounts = Readonly<Record<Hierarchy, CgroupMount | null>>;
/** Where one process is; null where there is no such hierarchy. */
export type Directories = Readonly<Record<Hierarchy, string | null>>;

/** The hierarchies that this product uses, the first mount of each. */
export const parseCgroupMounts = (mountinfo: string): Mounts => {
  const all = parseMounts(mountinfo);
  const having = (controller: string): CgroupMount | null =>
    all.find(({ controllers }) => controllers?.includes(controller)) ?? null;
  return {
    unified: all.find(({ controllers }) => controllers === null) ?? null,
    freezer: having("freezer"),
    memory: having("memory"),
    cpu: having("cpu"),
    pids: having("pids"),
  };
};

export const groupDirectories = (cgroup: string, mounts: Mounts): Directories => {
  const groups = parseGroups(cgroup);
  const at = (mount: CgroupMount | null, name: string): string | null => {
    const path = groups.get(name);
    return mount === null || path === undefined ? null : directoryOf(mount, path);
  };
  return {
    unified: at(mounts.unified, ""),
    freezer: at(mounts.freezer, "freezer"),
    memory: at(mounts.memory, "memory"),
    cpu: at(mounts.cpu, "cpu"),
    pids: at(mounts.pids, "pids"),
  };
};
