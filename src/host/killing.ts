/** A program of ours ends processes with this, and a service keeps it ready from its start. */
import type { TerminatePorts } from "../kill/ports.ts";
import { thaw } from "../kill/thaw.ts";
import { systemClock } from "../os/clock.ts";
import { ensureRuntimeDirectory, runtimePath } from "../os/runtime-directory.ts";
import { backendName, openControl, openSampler } from "../os/select.ts";
import type { Journal } from "../ports/journal.ts";
import { openFrozenRecord } from "../record/frozen.ts";
import { messageOf } from "../text/system-error.ts";
import type { Host } from "./run.ts";
import { uid } from "./watch-ports.ts";

/** Continues first what an earlier program of ours has left frozen. */
export function openKilling(journal: Journal): Omit<TerminatePorts, "sampler"> {
  const control = openControl();
  const directory = runtimePath(ensureRuntimeDirectory(uid()), frozenName(), "d");
  const killing = { control, clock: systemClock, journal, frozen: openFrozenRecord(directory, control) };
  thaw({ ...killing, describe });
  return killing;
}

/** Each backend tells processes apart by start times of its own: another's record would mean nobody to it. */
const frozenName = (): string => (backendName() === "native" ? "frozen" : "frozen-portable");

/** In most cases this is never called. */
function describe(pid: number): string | null {
  const sampler = openSampler({ uid: uid(), scope: "user", projectRoot: "/" });
  try {
    return sampler.describe(pid);
  } finally {
    sampler.close();
  }
}

/** Taken at the start: when it is needed there may be no process and no disk left. What cannot be had is said. */
export async function readyToKill({
  journal,
  tell,
  resources,
}: Pick<Host, "journal" | "tell" | "resources">): Promise<Omit<TerminatePorts, "sampler">> {
  const killing = openKilling(journal);
  const trouble = (what: string, error: unknown): void =>
    tell({ type: "trouble", what: `${what}: ${messageOf(error)}` });
  try {
    resources.adopt(killing.frozen.reserve(), (room) => room[Symbol.dispose]());
  } catch (error) {
    // until there is some, what cannot be written down is not frozen
    trouble("no room to write down who is frozen", error);
  }
  try {
    // it is kept once it runs
    await using _ = await killing.control.guard();
  } catch (error) {
    trouble("no guard process, so victims are killed without being frozen first", error);
  }
  return killing;
}
