/** The kernel's word that a v1 memory group is at its limit and somebody has to die: an eventfd on memory.oom_control. */
import { close, newEventfd, open } from "../ffi.ts";
import { whenReadable } from "../when-readable.ts";
import type { Group } from "./group.ts";

/**
 * Calls back once, and at the group's removal as well; the result ends it. Where the kernel takes no such wish nobody is
 * told, and what it has killed is counted at the end.
 */
export const watchOom = (group: Group, onEvent: () => void): (() => void) => {
  const event = newEventfd();
  const control = open(`${group.directory}/memory.oom_control`);
  const refused = group.write("cgroup.event_control", `${event} ${control}`);
  if (control >= 0) close(control);
  const takeBack = refused === null ? whenReadable(event, onEvent) : null;
  return () => {
    takeBack?.();
    close(event);
  };
};
