/**
 * The kernel's word that a v1 memory group is at its limit and somebody has to die: an eventfd on memory.oom_control.
 * Not by when-readable.ts: a process with the kernel's poll queue takes 40 ms longer to end, and this is part of every launch with
 * a limit.
 */
import { close, Errno, open } from "../ffi.ts";
import { systemError } from "../pin/pidfd.ts";
import { Eventfd } from "../pin/eventfd.ts";
import type { Group } from "./group.ts";

/**
 * Its `next` is true also when the group is removed. null where the kernel takes no such wish: the kills are counted at
 * the end. Throws where there is no descriptor left for it.
 */
export function openOomEvent(group: Group): Eventfd | null {
  const event = Eventfd.open();
  if (event === null) throw systemError("Opening a descriptor to hear of the memory limit", -Errno.EMFILE);
  const control = open(`${group.directory}/memory.oom_control`);
  try {
    if (group.write("cgroup.event_control", `${event.fd} ${control}`) === null) return event;
  } catch (error) {
    event[Symbol.dispose]();
    throw error;
  } finally {
    if (control >= 0) close(control);
  }
  event[Symbol.dispose]();
  return null;
}
