/** Where the watchdog keeps what it needs, tried with a directory that is made and removed at once; and what of this account it cannot read. */
import { accessSync, constants, lstatSync, mkdtempSync, rmdirSync, statfsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Loaded } from "../config/load.ts";
import { type Finding, findings } from "../core/plan/finding.ts";
import { bytes } from "../text/wording.ts";
import { ensureRuntimeDirectory, RuntimeDirectoryError } from "../os/runtime-directory.ts";
import { shortPath } from "../render/command-name.ts";
import { usualStatePath } from "../host/state.ts";
import { uid, samplerFor } from "../host/watch-ports.ts";
import { codeOf, orElse } from "../text/system-error.ts";
import { isGone } from "../core/process/process.ts";

const { ok, limited, missing, off } = findings("here");

/** A month of a busy watchdog's records takes some 20 MB. */
const ENOUGH_BYTES = 100 * 1_024 ** 2;

const REFUSALS = new Set(["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "ENOTDIR", "ELOOP"]);

/** The directory, or the nearest above it that is there: what is missing is made below that one. */
function nearestExisting(path: string): string {
  let at = path;
  while (at !== dirname(at) && statSync(at, { throwIfNoEntry: false }) === undefined) at = dirname(at);
  return at;
}

/** `use`: what follows when nothing can be written there. */
function writable(name: string, path: string, use: string): Finding {
  // an unreadable directory above it
  const directory = orElse(path, () => nearestExisting(path), ...REFUSALS);
  try {
    rmdirSync(mkdtempSync(join(directory, ".bun-watchdog-doctor-")));
  } catch (error) {
    const detail = `${shortPath(path)} cannot be written (${refusalOf(error)}): ${use}`;
    return missing(name, detail, `make ${shortPath(directory)} writable for this account`);
  }
  const { bavail, bsize } = statfsSync(directory);
  const free = `${shortPath(path)}, ${bytes(bavail * bsize)} free`;
  return bavail * bsize < ENOUGH_BYTES
    ? limited(name, free, `free at least ${bytes(ENOUGH_BYTES)}`)
    : ok(name, free);
}

/** Throws what is no refusal. */
function refusalOf(error: unknown): string {
  const code = codeOf(error) ?? "";
  if (!REFUSALS.has(code)) throw error;
  return code;
}

export function records(loaded: Loaded): Finding[] {
  const state = dirname(usualStatePath(loaded, "journal.jsonl"));
  const use = "records are kept beside the locks, and are gone when the machine restarts";
  const journal = writable("journal", state, use);
  return [
    journal.state === "missing" ? { ...journal, state: "limited" } : journal,
    writable("log", loaded.logDirectory, "what it does cannot be looked up"),
  ];
}

/** Finds the records that `report` tells from. Kills are in the journal all the same. */
export function historyFindings(loaded: Loaded): Finding {
  const name = "history";
  const { enabled, maxDays } = loaded.settings.history;
  if (!enabled) return off(name, "history.enabled is false: report has nothing to tell");
  const path = usualStatePath(loaded, "history.db");
  try {
    const file = lstatSync(path);
    const what = `${shortPath(path)} is no file: nothing is recorded for report`;
    if (!file.isFile()) return limited(name, what, "move it away; a monitor then makes one");
    accessSync(path, constants.R_OK | constants.W_OK);
    return ok(name, `${bytes(file.size)}, kept for ${maxDays} days`);
  } catch (error) {
    if (codeOf(error) === "ENOENT")
      return ok(name, `none yet, a monitor begins it; kept for ${maxDays} days`);
    const detail = `${shortPath(path)} cannot be written (${refusalOf(error)}): nothing is recorded for report`;
    return limited(name, detail, "make it writable for this account");
  }
}

/** Two watchdogs meet there, and what is frozen is written down there. */
export function runtime(): Finding {
  const name = "locks";
  try {
    return ok(name, `${ensureRuntimeDirectory(uid())}, this account's alone: one watchdog per scope`);
  } catch (error) {
    if (!(error instanceof RuntimeDirectoryError)) throw error;
    const [what = "", ...next] = error.message.split(/(?<=\.) (?=Remove|Make)/u);
    return missing(name, what, next.join(" "), "right");
  }
}

const see = findings("see");
const MOST_NAMED = 5;
const CAPABILITY =
  "getcap on that Bun; setcap -r takes the capability off. A server gets a low port by sysctl net.ipv4.ip_unprivileged_port_start, or from systemd (AmbientCapabilities), without it";

/** None where there is no such process now. */
export function unreadable({ policy }: Loaded): readonly Finding[] {
  // where /proc is not ours to read another finding says so
  const sampler = orElse(null, () => samplerFor(policy), "PROC_NAMESPACE");
  if (sampler === null) return [];
  try {
    // the dead show nothing of themselves either
    const hidden = [...sampler.sample().processes.values()].filter(
      (each) => each.runtime !== "other" && each.uid === uid() && each.id.exe === null && !isGone(each),
    );
    if (hidden.length === 0) return [];
    const pids = hidden.slice(0, MOST_NAMED).map(({ id }) => id.pid);
    const more = hidden.length > MOST_NAMED ? ` and ${hidden.length - MOST_NAMED} more` : "";
    const detail = `/proc shows nothing of pid ${pids.join(", ")}${more} but name, age and CPU time: whose they are and what would spare them cannot be read, so they are stopped only for using a core without ever waiting or calling the system; what else is over a limit is counted, and not judged. They are not dumpable, as a Bun with a file capability is (setcap)`;
    return [see.limited("processes of this account", detail, CAPABILITY)];
  } finally {
    sampler.close();
  }
}
