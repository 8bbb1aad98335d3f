/** What the table is made of: how a row starts, what the product is to do about it, and who must live through it. */
import type { RuleName } from "../../src/core/judge/verdict.ts";
import type { ConfigFile, Project } from "../support/launch.ts";
import type { Fixture, Started } from "../support/ready.ts";
import type { Told } from "./told.ts";

/**
 * How one process is to end. What can be seen in /proc is judged there; the product's own words are checked on top.
 * via: the last of its signals; "any" where that depends on timing, or a launcher forwards.
 */
export type End =
  | { readonly end: "dead"; readonly via: "SIGTERM" | "SIGKILL" | "any" }
  /** Dead by the row's own doing: no product has to say anything about it. */
  | { readonly end: "ended itself" }
  /** Dead, and its supervisor started another one. */
  | { readonly end: "respawned" }
  /** Dead and unreaped, its parent named. */
  | { readonly end: "zombie" }
  /** SIGKILL is pending; it dies at the thaw. */
  | { readonly end: "uninterruptible" }
  /** The pid belongs to another program now, and that one lives. */
  | { readonly end: "became"; readonly comm: string }
  | { readonly end: "alive" };

/** Where a row is set up: a scratch project, inside the namespace. */
export interface Site {
  readonly project: Project;
  readonly bun: string;
  /** Absolute path of a file under test/fixtures. */
  readonly fixture: (name: string) => string;
  /** Absolute path in the scratch directory. */
  readonly scratch: (name: string) => string;
  /** Resolves once the product's monitor has looked at what stands now. */
  readonly looked: () => Promise<void>;
}

export interface Start {
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A program of the zoo, or a twin. */
export interface Animal {
  readonly start: (site: Site) => Start | Promise<Start>;
  /** Once it is up. */
  readonly onceUp?: (site: Site, fixture: Fixture) => Promise<void>;
  /** When everything is judged: what the fixture left outside its processes. */
  readonly after?: (site: Site, fixture: Fixture) => Promise<void>;
}

export type Need = "root" | "freezer";

export interface Row extends Animal {
  readonly id: string;
  readonly title: string;
  readonly needs?: readonly Need[];
  readonly by: "cleanup" | "monitor";
  /** On top of the scaled defaults. */
  readonly config?: ConfigFile;
  /** The rule that is to fire, or one of these; null = none. */
  readonly rule: RuleName | readonly RuleName[] | null;
  /** One per announced process, in that order; the last one holds for all further ones. */
  readonly ends: readonly End[];
  readonly twins: readonly string[];
  /** Runs beside the product, from the moment the fixture is up; what it returns must be alive in the end. */
  readonly meanwhile?: (site: Site, fixture: Fixture) => Promise<Started | null>;
  /** What must have come about, beside the ends, before the row is judged. */
  readonly awaits?: (seen: Seen) => boolean;
  /** What else is to be seen in the end, whoever did it; returns what is not as stated. */
  readonly shows?: (seen: Seen) => string | null | Promise<string | null>;
  /** What our product is to say about it; returns what is not as stated. */
  readonly states?: (seen: Seen) => string | null | Promise<string | null>;
  /** Absent: the same under both backends. */
  readonly portable?: Differs;
}

/** How a row ends under the portable backend, and why not as it does natively. Only what is given is otherwise. */
export interface Differs extends Partial<Pick<Row, "rule" | "ends" | "awaits" | "shows" | "states">> {
  readonly because: string;
}

export interface Seen {
  readonly site: Site;
  readonly fixture: Fixture;
  readonly told: Told;
}

/** A legitimate program: it must live, whatever happens to the row beside it. */
export interface Twin extends Animal {
  readonly title: string;
}

export const gone = (via: "SIGTERM" | "SIGKILL" | "any"): readonly End[] => [{ end: "dead", via }];
export const alive: readonly End[] = [{ end: "alive" }];

/** Nothing to be seen, or to be said, beyond the ends. */
export const nothingMore = (): null => null;

/** Without readings of progress the CPU rule never gets beyond a suspicion; the timeout, a minute here, decides. */
export const cpuIsNoProof: Differs = {
  because: "page faults, reads and writes are unknown: no proof that it gets nowhere",
  rule: null,
  ends: [{ end: "alive" }],
  states: nothingMore,
};

/** RSS counts mapped files: L16 would die of it. */
export const memoryIsUnknown: Differs = {
  because: "memory without mapped files is unknown",
  rule: null,
  ends: [{ end: "alive" }],
  shows: nothingMore,
};

/** A fixture run by Bun itself. */
export const program =
  (file: string, ...flags: readonly string[]) =>
  ({ bun, fixture }: Site): Start => ({ argv: [bun, ...flags, fixture(file)] });
