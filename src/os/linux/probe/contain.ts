/** Namespaces and orphans: for the demo, the tests, and for what is launched under a limit. */
import { type Finding, findings } from "../../../core/plan/finding.ts";
import { address, allocate, syscall } from "../ffi.ts";
import { findIsolation } from "../../isolate.ts";

const { ok, limited, missing } = findings("contain");

const PRCTL = process.arch === "arm64" ? 167 : 157;
const [PR_SET_CHILD_SUBREAPER, PR_GET_CHILD_SUBREAPER] = [36, 37];

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

/** Set, read back, and put back as it was. */
export function subreaper(): Finding {
  const name = "adopting orphans";
  const before = isSubreaper();
  syscall(PRCTL, PR_SET_CHILD_SUBREAPER, 1);
  const after = isSubreaper();
  syscall(PRCTL, PR_SET_CHILD_SUBREAPER, before ? 1 : 0);
  return after
    ? ok(name, "subreaper: what a launched job leaves behind comes to who launched it")
    : limited(name, "no subreaper: orphans go to pid 1", "Linux 3.4 or newer");
}

function isSubreaper(): boolean {
  const answer = allocate(4);
  return syscall(PRCTL, PR_GET_CHILD_SUBREAPER, address(answer)) === 0 && answer[0] === 1;
}
