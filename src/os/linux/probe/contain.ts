/** Namespaces, memory pressure and orphans: for the demo, the tests, and for what is launched under a limit. */
import { closeSync, openSync, writeSync } from "node:fs";
import { type Finding, findings } from "../../../core/plan/finding.ts";
import { address, allocate, syscall } from "../ffi.ts";
import { findUnshare } from "../../unshare.ts";
import { attempt } from "./attempt.ts";

const { ok, limited, missing } = findings("contain");

const PRCTL = process.arch === "arm64" ? 167 : 157;
const [PR_SET_CHILD_SUBREAPER, PR_GET_CHILD_SUBREAPER] = [36, 37];

export function namespaces(): Finding {
  const name = "a world of its own";
  const found = findUnshare(process.getuid?.() === 0);
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

/** 150 ms of stall in 2 s: the shortest window that an account without privileges may ask for (PSI, accounting/psi.rst). */
const TRIGGER = "some 150000 2000000\0";

export function pressure(): Finding {
  const name = "memory pressure";
  const path = "/proc/pressure/memory";
  const asked = attempt(() => {
    const fd = openSync(path, "r+");
    try {
      writeSync(fd, TRIGGER);
    } finally {
      closeSync(fd);
    }
  });
  if ("value" in asked)
    return ok(
      name,
      "PSI: the kernel takes an order to tell; it is not used: free memory is looked at every 1 to 5 s",
    );
  const enable = "a kernel with CONFIG_PSI, booted with psi=1";
  return asked.code === "ENOENT" || asked.code === "EOPNOTSUPP"
    ? missing(name, "no PSI: free memory is looked at instead, every 1 to 5 s", enable)
    : limited(
        name,
        `PSI refuses to be watched (${asked.code}): free memory is looked at instead, every 1 to 5 s`,
        enable,
      );
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
