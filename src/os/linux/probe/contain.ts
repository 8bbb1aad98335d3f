/** Control groups and namespaces: whether this account can make them, and what it could limit and end with them. cgroups(7). */
import { type Finding, findings } from "../../../core/plan/finding.ts";
import { textAt } from "../../../trust/small-files.ts";
import { findIsolation } from "../../isolate.ts";
import { Group } from "../contain/group.ts";
import type { Directories } from "../proc/cgroup-mounts.ts";

const { ok, limited, missing } = findings("contain");

/** Whether this can be written to a group of our own; a code when none can be made. It has no members, and goes at once. */
function tryWrite(directory: string, file: string, text: string): boolean | string {
  const group = new Group(directory).child(`bun-watchdog-doctor-${process.pid}`);
  if (typeof group === "string") return group;
  const refused = group.write(file, text);
  group.remove();
  return refused === null;
}

const DELEGATE =
  "as a user: systemd-run --user --scope -p Delegate=yes …; in a container: mount /sys/fs/cgroup writable";

function layoutOf(groups: Directories): string {
  const v1 = (["memory", "cpu", "pids", "freezer"] as const).filter((each) => groups[each] !== null);
  const named = v1.length > 0 ? `version 1 (${v1.join(", ")})` : null;
  const v2 = groups.unified === null ? null : "version 2";
  return [v2, named].filter((each) => each !== null).join(" beside ") || "none are";
}

/** To end a whole job at once, however it forks: cgroup.kill, Linux 5.14. */
export function groupKill(groups: Directories): Finding {
  const name = "ending a group";
  const layout = layoutOf(groups);
  if (groups.unified === null)
    return missing(
      name,
      `control groups of version 2 are not mounted (${layout})`,
      "mount -t cgroup2 none /sys/fs/cgroup/unified",
    );
  const written = tryWrite(groups.unified, "cgroup.kill", "1");
  if (typeof written === "string")
    return missing(name, `no group can be made in ${layout} (${written})`, DELEGATE);
  return written
    ? ok(name, `cgroup.kill works (${layout}): one write ends a fork bomb`)
    : limited(name, "groups can be made, and have no cgroup.kill", "Linux 5.14 or newer");
}

/** Any limit will do. */
const SOME_BYTES = String(1_024 ** 3);

const limits = (directory: string | null, file: string): boolean =>
  directory !== null && tryWrite(directory, file, SOME_BYTES) === true;

/** To keep a launched job within its memory: memory.max, or memory.limit_in_bytes. */
export function groupMemory({ unified, memory }: Directories): Finding {
  const name = "memory of a group";
  if (limits(unified, "memory.max")) return ok(name, "memory.max can be set (version 2)");
  if (limits(memory, "memory.limit_in_bytes"))
    return ok(name, "memory.limit_in_bytes can be set (version 1)");
  const controllers = unified === null ? "" : (textAt(`${unified}/cgroup.controllers`) ?? "").trim();
  const offered = controllers === "" ? "no controllers" : `controllers ${controllers}`;
  return missing(name, `no limit can be set on a group (${offered}); limits hold per process`, DELEGATE);
}

export function namespaces(): Finding {
  const name = "a world of its own";
  const found = findIsolation();
  switch (found.kind) {
    case "namespace":
      return ok(name, "PID namespaces can be made: the demo and the tests reach nothing else");
    case "user-namespace":
      return ok(name, "PID namespaces can be made inside user namespaces: the demo reaches nothing else");
    case "none":
      return missing(
        name,
        `no PID namespace can be made (${found.because}): the demo is limited to a folder instead`,
        "root, or user namespaces (sysctl kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns)",
      );
  }
}
