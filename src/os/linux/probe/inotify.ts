/** Whether a changed configuration is noticed: inotify(7), tried on a directory of our own. */
import { mkdtempSync, rmSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Finding, findings } from "../../../core/plan/finding.ts";
import { errorNameOf, textOf } from "./attempt.ts";

const { ok, limited } = findings("see");

const NAME = "changed settings";
const NOTICED_WITHIN_MS = 2_000;

const limitOf = (name: string): string => textOf(`/proc/sys/fs/inotify/${name}`)?.trim() ?? "?";

const withoutNotice = (why: string): Finding =>
  limited(
    NAME,
    `inotify does not work here (${why}): the monitor looks from time to time`,
    `sysctl fs.inotify.max_user_instances (now ${limitOf("max_user_instances")}) and max_user_watches (now ${limitOf("max_user_watches")})`,
  );

async function isNoticed(directory: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const watcher = watch(directory, () => resolve(true));
  const timer = setTimeout(() => resolve(false), NOTICED_WITHIN_MS);
  writeFileSync(join(directory, "change"), "");
  const noticed = await promise;
  clearTimeout(timer);
  watcher.close();
  return noticed;
}

export async function inotify(): Promise<Finding> {
  let directory: string | null = null;
  try {
    directory = mkdtempSync(join(tmpdir(), "bun-watchdog-doctor-"));
    return (await isNoticed(directory))
      ? ok(NAME, "inotify: in force within a second, without looking again and again")
      : withoutNotice("a change was not told");
  } catch (error) {
    const code = errorNameOf(error);
    if (code === "") throw error;
    return withoutNotice(code);
  } finally {
    if (directory !== null) rmSync(directory, { recursive: true, force: true });
  }
}
