/** Where cgroup hierarchies are mounted, and which directory of them a process is in: cgroups(7). */

/** `root`: which of the hierarchy's groups the mount shows as its root. */
export interface Mount {
  readonly at: string;
  readonly root: string;
}

/** `unified` is cgroup v2; the others are v1 hierarchies, by the controller that they have. */
export type Hierarchy = "unified" | "freezer" | "memory";
export type Mounts = Readonly<Record<Hierarchy, Mount | null>>;
/** Where one process is; null where there is no such hierarchy. */
export type Directories = Readonly<Record<Hierarchy, string | null>>;

const V1 = ["freezer", "memory"] as const;

/** proc_pid_mountinfo(5): root and mount point are fields 4 and 5, the type follows the lone "-". */
export const parseCgroupMounts = (mountinfo: string): Mounts => {
  const mounts: Record<Hierarchy, Mount | null> = { unified: null, freezer: null, memory: null };
  for (const line of mountinfo.split("\n")) {
    const [before = "", after = ""] = line.split(" - ");
    const [, , , root, at] = before.split(" ");
    if (root === undefined || at === undefined) continue;
    const [type, , options = ""] = after.split(" ");
    if (type === "cgroup2") mounts.unified ??= { at, root };
    else if (type === "cgroup") {
      for (const controller of V1)
        if (hasController(options, controller)) mounts[controller] ??= { at, root };
    }
  }
  return mounts;
};

/** `cgroup` is the text of a /proc/PID/cgroup. */
export const groupDirectories = (cgroup: string, mounts: Mounts): Directories => {
  const directories: Record<Hierarchy, string | null> = { unified: null, freezer: null, memory: null };
  for (const line of cgroup.split("\n")) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    if (controllers === "" && mounts.unified) directories.unified = below(mounts.unified, path);
    for (const controller of V1) {
      const mount = mounts[controller];
      if (mount && hasController(controllers, controller)) directories[controller] = below(mount, path);
    }
  }
  return directories;
};

const hasController = (list: string, controller: string): boolean => list.split(",").includes(controller);

const below = ({ at, root }: Mount, path: string): string =>
  at + (root !== "/" && path.startsWith(root) ? path.slice(root.length) : path).replace(/\/$/, "");
