/** A project's records are kept in the account's state directory, or beside the locks if there is none. */
import { lstatSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Loaded } from "../config/load.ts";
import { ensureRuntimeDirectory, RuntimeDirectoryError } from "../os/runtime-directory.ts";
import { NOWHERE, makePrivate, projectKey, stateDirectory } from "../trust/state.ts";
import { orElse } from "../text/system-error.ts";

/** These properties determine the place. */
interface StateOwner {
  readonly projectRoot: string;
  readonly options: Pick<Loaded["options"], "uid" | "home" | "env">;
}

interface Place {
  readonly directory: string;
  /** A sentence that says why the record is not where it should be; null = it is. */
  readonly trouble: string | null;
}

/** Asked for at every turn, and decided once: a record must not move while somebody writes it. */
const known = new Map<string, Place>();

function placeOf({ projectRoot, options }: StateOwner): Place {
  const base = stateDirectory(options);
  const key = `${base}\n${projectRoot}`;
  const place =
    known.get(key) ?? choose(join(base, projectKey(projectRoot)), projectKey(projectRoot), options);
  known.set(key, place);
  return place;
}

function choose(usual: string, key: string, { uid, home }: StateOwner["options"]): Place {
  const why = makePrivate(usual, uid);
  if (why === null) return { directory: usual, trouble: null };
  const missing =
    home === NOWHERE ? "there is no home directory to keep records in (set HOME)" : `${usual} ${why}`;
  const spare = uid === null ? null : besideTheLocks(key, uid);
  if (spare === null)
    return {
      directory: usual,
      trouble: `${missing}: nothing that is done here is kept`,
    };
  const trouble = `${missing}: records are kept in ${spare}, and are gone when the machine restarts`;
  return { directory: spare, trouble };
}

function besideTheLocks(key: string, uid: number): string | null {
  try {
    const directory = join(ensureRuntimeDirectory(uid), "state", key);
    return makePrivate(directory, uid) === null ? directory : null;
  } catch (error) {
    if (error instanceof RuntimeDirectoryError) return null;
    throw error;
  }
}

export const statePath = (whose: StateOwner, name: string): string => join(placeOf(whose).directory, name);

/** The usual place of that record, for those who only look: nothing is made. */
export const usualStatePath = ({ projectRoot, options }: StateOwner, name: string): string =>
  join(stateDirectory(options), projectKey(projectRoot), name);

/** Lists what a person has to know about the place before we write there; it is mostly empty. */
export function stateTroubles(whose: StateOwner): readonly string[] {
  const { trouble } = placeOf(whose);
  return [...(trouble === null ? [] : [trouble]), ...oldState(whose)];
}

const OLD = ["journal.jsonl", "history.db", "maintenance.json"] as const;

/** Said once: what earlier versions kept in the project is not read any more, since a clone may have brought it. */
function oldState(whose: StateOwner): readonly string[] {
  const old = join(whose.projectRoot, ".kiro", "state");
  if (!OLD.some((name) => isThere(join(old, name)))) return [];
  const { directory } = placeOf(whose);
  try {
    writeFileSync(join(directory, "old-state-seen"), "", { flag: "wx", mode: 0o600 });
  } catch (error) {
    // said before, or it cannot be noted, and then it is said again
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return [];
    if (!(error instanceof Error && "code" in error)) throw error;
  }
  return [
    `${old} is not read: a clone may have brought it. Records are kept in ${directory}. If they are your own, move them there while no monitor runs; else remove them`,
  ];
}

/** false too for a file in place of a directory, or one that may not be searched. */
const isThere = (path: string): boolean =>
  orElse(false, () => lstatSync(path, { throwIfNoEntry: false }) !== undefined);
