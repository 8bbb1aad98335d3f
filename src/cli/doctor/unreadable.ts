/** Bun processes of this account that show nothing of themselves: they are neither spared by evidence nor judged. */
import type { Loaded } from "../../config/load.ts";
import { type Finding, findings } from "../../core/finding.ts";
import { isGone } from "../../core/process.ts";
import { samplerFor, uid } from "../watch-ports.ts";
import { orElse } from "../../core/system-error.ts";

const { limited } = findings("see");
const MOST_NAMED = 5;

/** None where there is no such process now. */
export function unreadable({ policy }: Loaded): readonly Finding[] {
  // where /proc is not ours to read another finding says so
  const sampler = orElse(null, () => samplerFor(policy), "PROC_NAMESPACE");
  if (sampler === null) return [];
  try {
    const hidden = [...sampler.sample().processes.values()].filter(
      // the dead show nothing of themselves either
      (process) =>
        process.runtime !== "other" && process.uid === uid() && process.id.exe === null && !isGone(process),
    );
    if (hidden.length === 0) return [];
    const pids = hidden.slice(0, MOST_NAMED).map(({ id }) => id.pid);
    const more = hidden.length > MOST_NAMED ? ` and ${hidden.length - MOST_NAMED} more` : "";
    return [
      limited(
        "processes of this account",
        `/proc shows nothing of pid ${pids.join(", ")}${more} but name, age and CPU time: whose they are and what would spare them cannot be read, so they are stopped only for using a core without ever waiting or calling the system; what else is over a limit is counted, and not judged. They are not dumpable, as a Bun with a file capability is (setcap)`,
        "getcap on that Bun; setcap -r takes the capability off. A server gets a low port by sysctl net.ipv4.ip_unprivileged_port_start, or from systemd (AmbientCapabilities), without it",
      ),
    ];
  } finally {
    sampler.close();
  }
}
