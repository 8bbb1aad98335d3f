/** What a process's cgroups say: whether it is frozen there (cgroups(7)), and which service it belongs to. */
import { readFileSync } from "node:fs";

/** Where a hierarchy is mounted, and which of its groups the mount shows as its root. */
interface Mount {
  readonly at: string;
  readonly root: string;
}

interface Mounts {
  readonly freezer: Mount | null;
  readonly unified: Mount | null;
}

/** proc_pid_mountinfo(5): root and mount point are fields 4 and 5, the type follows the lone "-". */
export const parseCgroupMounts = (mountinfo: string): Mounts => {
  let freezer: Mount | null = null;
  let unified: Mount | null = null;
  for (const line of mountinfo.split("\n")) {
    const [before = "", after = ""] = line.split(" - ");
    const [, , , root, at] = before.split(" ");
    if (root === undefined || at === undefined) continue;
    const [type, , options = ""] = after.split(" ");
    if (type === "cgroup2") unified ??= { at, root };
    else if (type === "cgroup" && options.split(",").includes("freezer")) freezer ??= { at, root };
  }
  return { freezer, unified };
};

/** Paths of the files that say "frozen" for a process with this /proc/PID/cgroup. */
export const freezerFiles = (cgroup: string, mounts: Mounts): { v1: string | null; v2: string | null } => {
  let v1: string | null = null;
  let v2: string | null = null;
  for (const line of cgroup.split("\n")) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) continue;
    if (controllers === "" && mounts.unified) v2 = `${below(mounts.unified, path)}/cgroup.events`;
    if (controllers.split(",").includes("freezer") && mounts.freezer) {
      v1 = `${below(mounts.freezer, path)}/freezer.state`;
    }
  }
  return { v1, v2 };
};

const below = ({ at, root }: Mount, path: string): string =>
  at + (root !== "/" && path.startsWith(root) ? path.slice(root.length) : path).replace(/\/$/, "");

let mounts: Mounts | null = null;

export interface Groups {
  /** v1 freezer.state, v2 cgroup.events; false as well where it cannot be told (the root has no such file). */
  readonly frozen: boolean;
  /** The innermost group's name, when systemd made it for a service (systemd.service(5)). */
  readonly service: string | null;
}

export const groupsOf = (pid: number): Groups => {
  mounts ??= parseCgroupMounts(textOf("/proc/self/mountinfo"));
  const cgroup = textOf(`/proc/${pid}/cgroup`);
  const { v1, v2 } = freezerFiles(cgroup, mounts);
  // FREEZING counts: the group waits for members that cannot stop, and delivers no signal meanwhile
  const frozenV1 = v1 !== null && /^(FROZEN|FREEZING)/.test(textOf(v1));
  const frozenV2 = v2 !== null && /^frozen 1$/m.test(textOf(v2));
  return { frozen: frozenV1 || frozenV2, service: serviceOf(cgroup) };
};

export const serviceOf = (cgroup: string): string | null =>
  /^(?:0:|\d+:name=systemd):.*\/([^/]+\.service)$/m.exec(cgroup)?.[1] ?? null;

const UNREADABLE = new Set(["ENOENT", "ESRCH", "EACCES", "EPERM", "ENODEV"]);

/** "" when the process or its group is gone or hidden: no evidence. */
const textOf = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && UNREADABLE.has(String(error.code))) return "";
    throw error;
  }
};
