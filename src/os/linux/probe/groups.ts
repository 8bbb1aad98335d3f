/** Control groups: whether this account can make one, and what it could limit and end with it. cgroups(7). */
import { existsSync, mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { type Finding, findings } from "../../../core/finding.ts";
import { type CgroupMount, directoryOf, parseGroups, parseMounts } from "../cgroup-mounts.ts";
import { attempt, textOf } from "./attempt.ts";

const { ok, limited, missing } = findings("contain");

/** Ours in each hierarchy that is mounted. */
export interface OwnGroup {
  readonly directory: string;
  /** null = the unified hierarchy. */
  readonly controllers: readonly string[] | null;
}

export const ownGroups = (mounts: readonly CgroupMount[], groups: ReadonlyMap<string, string>): OwnGroup[] =>
  mounts.flatMap((mount) => {
    const known = (mount.controllers ?? [""]).find((each) => groups.has(each));
    const path = known === undefined ? undefined : groups.get(known);
    return path === undefined
      ? []
      : [{ directory: directoryOf(mount, path), controllers: mount.controllers }];
  });

export const readOwnGroups = (): OwnGroup[] =>
  ownGroups(
    parseMounts(textOf("/proc/self/mountinfo") ?? ""),
    parseGroups(textOf("/proc/self/cgroup") ?? ""),
  );

/** What a group made below `parent` could do; a code when none can be made. Empty groups are removed at once. */
function tryGroup<T>(
  parent: string,
  look: (group: string) => T,
): { readonly value: T } | { readonly code: string } {
  const group = join(parent, `bun-watchdog-doctor-${process.pid}`);
  const made = attempt(() => mkdirSync(group));
  if ("code" in made) return made;
  try {
    return { value: look(group) };
  } finally {
    rmdirSync(group);
  }
}

const DELEGATE =
  "as a user: systemd-run --user --scope -p Delegate=yes …; in a container: mount /sys/fs/cgroup writable";

const layoutOf = (groups: readonly OwnGroup[]): string => {
  const v2 = groups.some(({ controllers }) => controllers === null);
  const v1 = groups.filter(({ controllers }) => controllers !== null).length;
  if (v2 && v1 > 0) return `version 2 beside ${v1} hierarchies of version 1`;
  return v2 ? "version 2" : "version 1";
};

/** To end a whole job at once, however it forks: cgroup.kill, Linux 5.14. */
export function groupKill(groups = readOwnGroups()): Finding {
  const name = "ending a group";
  const unified = groups.find(({ controllers }) => controllers === null);
  if (unified === undefined)
    return missing(
      name,
      `control groups of version 2 are not mounted (${groups.length === 0 ? "none are" : layoutOf(groups)})`,
      "mount -t cgroup2 none /sys/fs/cgroup/unified",
    );
  const made = tryGroup(unified.directory, (group) => existsSync(join(group, "cgroup.kill")));
  if ("code" in made)
    return missing(name, `no group can be made in ${layoutOf(groups)} (${made.code})`, DELEGATE);
  return made.value
    ? ok(name, `cgroup.kill works (${layoutOf(groups)}): one write ends a fork bomb`)
    : limited(name, "groups can be made, and have no cgroup.kill", "Linux 5.14 or newer");
}

/** Whether a group made there would have this file. */
function hasFile({ directory }: OwnGroup, file: string): boolean {
  const made = tryGroup(directory, (group) => existsSync(join(group, file)));
  return "value" in made && made.value;
}

/** To keep a launched job within its memory: memory.max, or memory.limit_in_bytes. */
export function groupMemory(groups = readOwnGroups()): Finding {
  const name = "memory of a group";
  const unified = groups.find(({ controllers }) => controllers === null);
  const v1 = groups.find(({ controllers }) => controllers?.includes("memory"));
  if (unified !== undefined && hasFile(unified, "memory.max"))
    return ok(name, "memory.max can be set (version 2)");
  if (v1 !== undefined && hasFile(v1, "memory.limit_in_bytes"))
    return ok(name, "memory.limit_in_bytes can be set (version 1)");
  const controllers =
    unified === undefined ? "" : (textOf(join(unified.directory, "cgroup.controllers")) ?? "").trim();
  const offered = controllers === "" ? "no controllers" : `controllers ${controllers}`;
  return missing(name, `no limit can be set on a group (${offered}); limits hold per process`, DELEGATE);
}
