/** Whether an end can be forced, noticed and verified. */
import { type Finding, findings } from "../../../core/plan/finding.ts";
import { ExitWatch } from "../pin/exit-watch.ts";
import { GuardKeeper } from "../../guard.ts";
import { LINUX_GUARD } from "../pin/guard.ts";
import { type Handle, openHandle, systemError } from "../pin/pidfd.ts";
import { whenReadable } from "../pin/when-readable.ts";
import { messageOf } from "../../../text/system-error.ts";

const { ok, limited, missing } = findings("dead");

/** The kernel tells within a millisecond. */
const TOLD_WITHIN_MS = 2_000;

/** A child that ends when its standard input does, and a handle on it. Resolves to what was noticed, by which way. */
export async function exitNotice(): Promise<Finding> {
  const name = "told of an end";
  const child = Bun.spawn(["/bin/sh", "-c", "read -r _"], { stdio: ["pipe", "ignore", "ignore"] });
  const handle = openHandle(child.pid);
  if (typeof handle === "number") throw systemError("pidfd_open", handle);
  const byKernel = toldByKernel(handle);
  await child.stdin.end();
  const told = await byKernel;
  using watch = new ExitWatch(handle);
  const noticed = await watch.ended(TOLD_WITHIN_MS);
  handle.close();
  await child.exited;
  if (told) return ok(name, "by the kernel, through AIO: waiting costs nothing");
  const why = "AIO is filtered, or fs.aio-max-nr is used up";
  const enable = "sysctl fs.aio-max-nr, a seccomp profile with io_setup, and Linux 5.3 or newer";
  return noticed
    ? limited(name, `in a lesser way, which wakes up while it waits: ${why}`, enable)
    : missing(name, `the end of a child was not noticed: ${why}`, enable, "dead");
}

/** false at once where there is no such notice. */
async function toldByKernel(handle: Handle): Promise<boolean> {
  const fd = handle.descriptor;
  if (fd === null) return false;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const takeBack = whenReadable(fd, () => resolve(true));
  const timer = setTimeout(() => resolve(false), takeBack === null ? 0 : TOLD_WITHIN_MS);
  const told = await promise;
  clearTimeout(timer);
  if (!told) takeBack?.();
  return told;
}

/** Nothing is frozen without it, and freezing is what keeps a victim from respawning. */
export async function guard(): Promise<Finding> {
  const name = "freezing safely";
  try {
    await using guarding = await new GuardKeeper(LINUX_GUARD).lease();
    await guarding.watch([]);
  } catch (error) {
    const why = messageOf(error);
    return missing(
      name,
      `the guard process cannot be started: ${why}`,
      "a working /bin/sh and room for a process",
      "dead",
    );
  }
  return ok(name, "the guard starts and answers: should the watchdog die, nothing stays stopped");
}
