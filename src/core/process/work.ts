/**
 * What a job is apart from members of some kinds: a server that runs `bun test` for a moment is a server. What such a
 * member is below, it says nothing about; launchers and shells that stand between are nothing by themselves.
 */
import type { Job } from "./job.ts";
import { namesWhere } from "./known-programs.ts";
import { programAgeMs, type Kind, type ProcessSample } from "./process.ts";
import { baseName } from "../../text/path.ts";
import { scriptOf } from "./script.ts";
import { ancestorsOf, byPid, isBun, isLauncher } from "./tree.ts";

/** A test may open a port and a bundler may watch files; who does so and is neither is meant to stay. */
export const TEST_OR_BUILD = ["test", "test-worker", "build"] as const satisfies readonly Kind[];

/** The job without members of these kinds and all that is below them; null = it is nothing else. */
export function apartFrom(job: Job, kinds: readonly Kind[]): Job | null {
  const is = ({ kind }: ProcessSample): boolean => kinds.includes(kind);
  if (!job.members.some(is)) return job;
  if (is(job.root)) return null;
  const processes = byPid(job.members);
  const members = job.members.filter((member) => !is(member) && !ancestorsOf(member, processes).some(is));
  return members.every(standsBetween) ? null : { ...job, members };
}

/** Runs a command for somebody, and is there for that alone. */
const standsBetween = (member: ProcessSample): boolean =>
  isBun(member)
    ? isLauncher(member)
    : [member.exePath, member.argv?.[0] ?? null, scriptOf(member.argv)].some(
        (path) => path !== null && BETWEEN.has(plain(path)),
      );

const BETWEEN = namesWhere(({ is }) => is !== "interpreter" && is !== "coding agent");

const plain = (path: string): string =>
  baseName(path)
    .replace(/^-/, "")
    .replace(/\.(?:[cm]?js|py|rb)$/, "");

/** A member of such a kind, with all that is below it, as a job of its own; null = it is below no such member. */
export function within(job: Job, process: ProcessSample, kinds: readonly Kind[]): Job | null {
  const processes = byPid(job.members);
  const root = [process, ...ancestorsOf(process, processes)].findLast(({ kind }) => kinds.includes(kind));
  if (root === undefined) return null;
  const members = job.members.filter(
    (member) => member === root || ancestorsOf(member, processes).includes(root),
  );
  const id = `${job.id}/${root.id.pid}`;
  return { ...job, id, root, members, ageMs: programAgeMs(root), orphanOf: null, after: null };
}
