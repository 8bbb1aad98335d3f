/** Works out which file governs which jobs, from the files, the variables and the options. */
import type { Governance, Limits, Policy, Rule } from "../../core/judge/policy.ts";
import { entryExists, realPath } from "./directories.ts";
import { overlay, type Origin, type SourcedLayer } from "../layers.ts";
import { inside } from "./places.ts";
import { toPolicy } from "../schema/policy.ts";

interface Gathered {
  readonly layers: readonly SourcedLayer[];
  readonly config: string | null;
  readonly home: string;
}

/** The project's policy together with what holds for everybody else in scope. */
export function governed(own: Policy, gathered: Gathered): Policy {
  if (own.scope === "machine") return own;
  const { projectRoot: root } = own;
  const { config } = gathered;
  const isGoverned = config !== null || isProject(root, gathered.home);
  return {
    ...own,
    governance: {
      projects: isGoverned ? [{ root, config, policy: own }] : [],
      ...elsewhere(own, gathered),
    },
  };
}

/** A watchdog that is started at home, or at the top, is not about everything below. */
const isProject = (root: string, home: string): boolean =>
  root !== "/" &&
  root !== realPath(home) &&
  [".git", "package.json"].some((name) => entryExists(inside(root, name)));

function elsewhere(own: Policy, { layers, home }: Gathered): Pick<Governance, "elsewhere" | "harmOnly"> {
  const says = (...kinds: readonly Origin["kind"][]): readonly SourcedLayer[] =>
    layers.filter(({ origin }) => kinds.includes(origin.kind));
  // --scope user: what is in force here is for everybody. --scope project: nobody else is in scope.
  const isFlag = says("flag").some(({ layer }) => layer.scope !== undefined);
  if (own.scope === "project" || (own.scope === "user" && isFlag)) return { elsewhere: own, harmOnly: false };
  const users = says("user-file");
  const { settings } = overlay(users, users.length > 0);
  const wish = says("environment", "flag").findLast(({ layer }) => layer.mode !== undefined)?.layer.mode;
  const policy: Policy = {
    ...toPolicy(settings, { projectRoot: realPath(home), home }),
    scope: own.scope,
    // without a file of the user's, the project that a watchdog runs in says whether it stops anything
    mode: wish ?? (users.length > 0 ? settings.mode : own.mode),
    intervalMs: own.intervalMs,
  };
  return own.scope === "user"
    ? { elsewhere: policy, harmOnly: false }
    : { elsewhere: onlyHarm(policy), harmOnly: true };
}

/** Of all limits the one on CPU; age, number and memory are shown. */
const onlyHarm = (policy: Policy): Policy => ({
  ...policy,
  limits: { ...NONE, cpuPercent: policy.limits.cpuPercent },
  rules: policy.rules.flatMap(cpuPart),
});

const NONE: Limits = { concurrency: null, cpuPercent: null, memoryBytes: null, timeoutMs: null };

function cpuPart({ name, match, limits: { cpuPercent }, suspectOnly }: Rule): readonly Rule[] {
  const isTold = suspectOnly?.includes("cpu") === true;
  if (cpuPercent === undefined && !isTold) return [];
  const limits = cpuPercent === undefined ? {} : { cpuPercent };
  return [{ name, match, limits, ...(isTold && { suspectOnly: ["cpu"] }) }];
}
