/** Which jobs the watchdog is about, and which policy holds for each: that of the nearest project above it, else what holds elsewhere. */
import type { Job } from "../process/job.ts";
import { isWithin } from "./match.ts";
import type { Mode, Policy, Project, Self } from "./policy.ts";
import type { ProcessSample } from "../process/process.ts";
import { isBun } from "../process/tree.ts";

export interface Terms {
  /** What the job is judged by. */
  readonly policy: Policy;
  /** Root of the project that governs it; null = none does. */
  readonly project: string | null;
  /** It is only watched: nothing but harm is stopped. */
  readonly harmOnly: boolean;
}

/** `policy` is all that is in force; what comes back has no governance of its own to ask. */
export function termsOf(job: Job, policy: Policy): Terms {
  const { governance } = policy;
  if (governance === undefined) return { policy, project: null, harmOnly: false };
  const project = projectOf(job, governance.projects);
  return project === null
    ? { policy: governance.elsewhere, project: null, harmOnly: governance.harmOnly }
    : { policy: project.policy, project: project.root, harmOnly: false };
}

/**
 * By where it works, and by where its script lies only when no project is above that, or when it was started there and has
 * changed its directory since: that escapes nobody. The root speaks for its job; its other Bun processes do where no
 * project is above the root.
 */
export function projectOf({ root, members }: Job, projects: readonly Project[]): Project | null {
  if (projects.length === 0) return null;
  return (
    nearestOf(root, projects) ??
    members.reduce<Project | null>(
      (before, member) => before ?? (isBun(member) ? nearestOf(member, projects) : null),
      null,
    )
  );
}

function nearestOf(
  { cwd, scriptPath = null, hasMoved }: Pick<ProcessSample, "cwd" | "scriptPath" | "hasMoved">,
  projects: readonly Project[],
): Project | null {
  const places = hasMoved === true ? [scriptPath, cwd] : [cwd, scriptPath];
  return places.reduce<Project | null>((before, place) => before ?? nearestAbove(place, projects), null);
}

function nearestAbove(path: string | null, projects: readonly Project[]): Project | null {
  let nearest: Project | null = null;
  for (const project of projects) {
    if (!isWithin(path, project.root)) continue;
    if (nearest === null || project.root.length > nearest.root.length) nearest = project;
  }
  return nearest;
}

/**
 * Its working directory, executable and script cannot be read (a Bun with a file capability is not dumpable), so nobody can
 * tell whose it is. It is stopped for harm like anybody elsewhere; what a project would hold against it is not judged.
 */
export const mayBelongTo = (job: Job, { governance }: Policy): readonly Project[] =>
  governance !== undefined && governance.harmOnly && job.members.every(isHidden) ? governance.projects : [];

const isHidden = ({ id, cwd, scriptPath }: ProcessSample): boolean =>
  id.exe === null && cwd === null && (scriptPath ?? null) === null;

/** An unreadable owner is in view, and protected: it is shown rather than hidden. */
export function inScope({ root, members }: Job, policy: Policy, self: Self): boolean {
  if (policy.scope === "machine") return true;
  if (root.uid !== null && root.uid !== self.uid) return false;
  return (
    policy.scope !== "project" ||
    members.some((member) => isBun(member) && liesBelow(member, policy.projectRoot))
  );
}

const liesBelow = ({ cwd, scriptPath }: ProcessSample, root: string): boolean =>
  isWithin(cwd, root) || isWithin(scriptPath ?? null, root);

/** Jobs sorted by what they are judged by: limits on number, and what is worth reading, are each policy's own. */
export function byTerms<Item>(
  items: readonly Item[],
  jobOf: (item: Item) => Job,
  policy: Policy,
): ReadonlyMap<Policy, readonly Item[]> {
  const sorted = new Map<Policy, Item[]>();
  for (const item of items) {
    const terms = termsOf(jobOf(item), policy).policy;
    const others = sorted.get(terms);
    if (others === undefined) sorted.set(terms, [item]);
    else others.push(item);
  }
  return sorted;
}

export const policiesOf = (inForce: Policy): readonly Policy[] =>
  inForce.governance === undefined
    ? [inForce]
    : [...inForce.governance.projects.map(({ policy }) => policy), inForce.governance.elsewhere];

/** observe: nobody is signalled. Where one project enforces, the steps of those that observe are held back. */
export const modeOf = (policy: Policy): Mode =>
  policiesOf(policy).some(({ mode }) => mode === "enforce") ? "enforce" : "observe";

/** For whom somebody's clean-up in this project is about: observe where neither it nor what is elsewhere enforces. */
export const modeAround = (root: string, policy: Policy): Mode =>
  policyAt(root, policy).mode === "enforce" || policy.governance?.elsewhere.mode === "enforce"
    ? "enforce"
    : "observe";

/** The policy of the project with this root; what holds elsewhere when it governs nobody. */
export function policyAt(root: string, policy: Policy): Policy {
  const { governance } = policy;
  if (governance === undefined) return policy;
  return governance.projects.find((project) => project.root === root)?.policy ?? governance.elsewhere;
}
