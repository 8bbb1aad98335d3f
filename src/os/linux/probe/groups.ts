/** Control groups: whether this account can make one, and what it could limit and end with it. cgroups(7). */
import { mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Finding, findings } from "../../../core/plan/finding.ts";
import { type CgroupMount, directoryOf, parseGroups, parseMounts } from "../proc/cgroup-mounts.ts";
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
    // the options of a mount name its controllers among other things
    const controllers = mount.controllers?.filter((each) => groups.has(each)) ?? null;
    const known = controllers === null ? "" : controllers[0];
    const path = known === undefined ? undefined : groups.get(known);
    return path === undefined ? [] : [{ directory: directoryOf(mount, path), controllers }];
  });

export const readOwnGroups = (): OwnGroup[] =>
  ownGroups(
    parseMounts(textOf("/proc/self/mountinfo") ?? ""),
    parseGroups(textOf("/proc/self/cgroup") ?? ""),
  );

/** Whether this can be written to a group of our own; a code when none can be made. It has no members, and goes at once. */
function tryWrite(
  { directory }: OwnGroup,
  file: string,
  text: string,
): { readonly value: boolean } | { readonly code: string } {
  const group = join(directory, `bun-watchdog-doctor-${process.pid}`);
  const made = attempt(() => mkdirSync(group));
  if ("code" in made) return made;
  try {
    // not created where the kernel has none: it is no usual directory
    return { value: "value" in attempt(() => writeFileSync(join(group, file), text, { flag: "r+" })) };
  } finally {
    rmdirSync(group);
  }
}

const DELEGATE =
  "as a user: systemd-run --user --scope -p Delegate=yes …; in a container: mount /sys/fs/cgroup writable";

/** Those that launching under a limit will use, of the ones that version 1 has. */
const USED: ReadonlySet<string> = new Set(["memory", "cpu", "pids", "freezer"]);

function layoutOf(groups: readonly OwnGroup[]): string {
  const v1 = groups.flatMap(({ controllers }) => controllers?.filter((each) => USED.has(each)) ?? []);
  const named = v1.length > 0 ? `version 1 (${v1.join(", ")})` : null;
  const v2 = groups.some(({ controllers }) => controllers === null) ? "version 2" : null;
  return [v2, named].filter((each) => each !== null).join(" beside ") || "none are";
}

/** To end a whole job at once, however it forks: cgroup.kill, Linux 5.14. */
export function groupKill(groups = readOwnGroups()): Finding {
  const name = "ending a group";
  const unified = groups.find(({ controllers }) => controllers === null);
  if (unified === undefined)
    return missing(
      name,
      `control groups of version 2 are not mounted (${layoutOf(groups)})`,
      "mount -t cgroup2 none /sys/fs/cgroup/unified",
    );
  const written = tryWrite(unified, "cgroup.kill", "1");
  if ("code" in written)
    return missing(name, `no group can be made in ${layoutOf(groups)} (${written.code})`, DELEGATE);
  return written.value
    ? ok(name, `cgroup.kill works (${layoutOf(groups)}): one write ends a fork bomb`)
    : limited(name, "groups can be made, and have no cgroup.kill", "Linux 5.14 or newer");
}

/** Any limit will do. */
const SOME_BYTES = String(1_024 ** 3);

function limits(group: OwnGroup, file: string): boolean {
  const written = tryWrite(group, file, SOME_BYTES);
  return "value" in written && written.value;
}

/** To keep a launched job within its memory: memory.max, or memory.limit_in_bytes. */
export function groupMemory(groups = readOwnGroups()): Finding {
  const name = "memory of a group";
  const unified = groups.find(({ controllers }) => controllers === null);
  const v1 = groups.find(({ controllers }) => controllers?.includes("memory"));
  if (unified !== undefined && limits(unified, "memory.max"))
    return ok(name, "memory.max can be set (version 2)");
  if (v1 !== undefined && limits(v1, "memory.limit_in_bytes"))
    return ok(name, "memory.limit_in_bytes can be set (version 1)");
  const controllers =
    unified === undefined ? "" : (textOf(join(unified.directory, "cgroup.controllers")) ?? "").trim();
  const offered = controllers === "" ? "no controllers" : `controllers ${controllers}`;
  return missing(name, `no limit can be set on a group (${offered}); limits hold per process`, DELEGATE);
}
