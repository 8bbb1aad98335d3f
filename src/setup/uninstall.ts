/** Takes back what the record says: byte for byte where nobody has been since, else our parts alone. */
import { readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { entryExists } from "../config/files/directories.ts";
import { orElse } from "../text/system-error.ts";
import { hasBlock } from "./block.ts";
import { type Bounds, isNamedOnWay, outside } from "./bounds.ts";
import { pathsOf } from "./apply.ts";
import { removeDirectories, replaceAll, sweep } from "./drafts.ts";
import type { Edit } from "./edit.ts";
import { peek, permissionsOf, textWithin } from "./files.ts";
import { type Manifest, type Original, otherManifests } from "./manifest.ts";
import { attempt, type Change } from "./plan.ts";
import { requireReplaceable } from "./targets.ts";
import { isJson, keyOf, keysOf, undone } from "./undo.ts";

export interface Uninstall {
  readonly changes: readonly Change[];
  readonly refused: readonly string[];
  /** Files of ours that stay: somebody has changed them, or another project needs them. */
  readonly kept: readonly Kept[];
}

export interface Kept {
  readonly path: string;
  /** What it does as long as it is there: a clause. */
  readonly effect: string;
  /** Nobody should remove it by hand. */
  readonly isShared?: true;
}

/** What may be in a file of ours. `after`: null = there is no record. */
type Entry = Omit<Original, "after"> & { readonly after: string | null };

/**
 * `edits`: everything that setup may ever have done here. Where there is no record (`manifest` null: a clone), what bears
 * our name goes. `record`: path of this project's record, beside which those of others lie.
 */
export function planUninstall(
  record: string,
  manifest: Manifest | null,
  edits: readonly Edit[],
  bounds: Bounds,
): Uninstall {
  const changes: Change[] = [];
  const refused: string[] = [];
  const kept: Kept[] = [];
  const others = otherManifests(record);
  for (const entry of (manifest?.files ?? marked(edits)).flatMap(withMoved)) {
    const { path } = entry;
    const parts = edits.filter((edit) => edit.path === path);
    const before = attempt(() => textWithin(path, bounds), manifest === null ? [] : refused);
    if (before === undefined || before === null) continue;
    const sharers = others.filter(({ files }) => files.some((file) => sharesWith(file, entry)));
    for (const { root } of sharers.slice(0, 1))
      kept.push({ path, effect: `${root} uses it too`, isShared: true });
    const shared = keysOf(
      sharers.flatMap(({ files }) => files.filter((file) => file.path === path)).flatMap(({ undo }) => undo),
    );
    const isCut = entry.after !== null && shared.size === 0 && isTorn(before, entry.after, entry);
    const after = attempt(() => (isCut ? entry.before : textBefore(before, entry, shared)), refused);
    if (after === undefined || after === before) continue;
    const mode = permissionsOf(path) ?? 0o644;
    changes.push({ path, before, after, mode, what: [...new Set(parts.map((edit) => edit.what))] });
    if (isCut) changes.push(setAside(path, before, mode));
  }
  const gone = new Set(changes.filter(({ after }) => after === null).map(({ path }) => path));
  for (const { path, ifKept } of edits)
    if (ifKept !== undefined && !gone.has(path) && peek(path) !== "") kept.push({ path, effect: ifKept });
  requireReplaceable(changes.map(({ path }) => path));
  return { changes, refused, kept };
}

const marked = (edits: readonly Edit[]): readonly Entry[] =>
  [...Map.groupBy(edits, ({ path }) => path)].map(([path, own]) => ({
    path,
    before: null,
    after: null,
    undo: own.flatMap(({ marks }) => marks),
  }));

/** A hook manager that installs itself moves a hook that it finds aside, to `pre-commit.old` or `.legacy`, with our lines in it. */
function withMoved(entry: Entry): readonly Entry[] {
  const blocks = entry.undo.filter(({ kind }) => kind === "block");
  if (blocks.length === 0) return [entry];
  const directory = dirname(entry.path);
  const moved = orElse([], () => readdirSync(directory))
    .filter((name) => name.startsWith(`${basename(entry.path)}.`) && !name.includes(SET_ASIDE))
    .map((name) => join(directory, name))
    .filter((path) => blocks.some((undo) => undo.kind === "block" && hasBlock(peek(path), undo.name)));
  return [entry, ...moved.map((path) => Object.assign({}, entry, { path }))];
}

const sharesWith = (file: Original, { path, undo }: Entry): boolean => {
  const keys = keysOf(file.undo);
  return file.path === path && undo.some((each) => each.kind !== "made" && keys.has(keyOf(each)));
};

const SET_ASIDE = ".before-uninstall";

/** What an earlier uninstall has set aside stays. */
function freeName(path: string): string {
  let name = path;
  for (let number = 2; entryExists(name); number++) name = `${path}.${number}`;
  return name;
}

/** Keeps what a torn file says that is given back from the record: nobody's work is thrown away. */
const setAside = (path: string, text: string, mode: number): Change => ({
  path: freeName(path + SET_ASIDE),
  before: null,
  after: text,
  mode,
  what: ["what the file said"],
});

/** `shared`: keys of parts that other projects need. */
function textBefore(now: string, entry: Entry, shared: ReadonlySet<string>): string | null {
  if (shared.size === 0 && now === entry.after) return entry.before;
  const own = entry.undo.filter((undo) => !shared.has(keyOf(undo)));
  const parts = own.filter(({ kind }) => kind !== "made");
  // without a record, a file in which nothing is ours is nobody's but its writer's
  const isOurs = entry.after !== null || parts.length === 0 || undone(now, parts) !== now;
  return isOurs ? undone(now, own) : now;
}

/** Cut off in a line by a disk that was full, here or with another program: the record knows it whole. */
function isTorn(now: string, after: string, { path, before }: Entry): boolean {
  const isPart =
    !now.endsWith("\n") && [before, after].some((whole) => whole?.startsWith(now) === true && whole !== now);
  return isPart || (path.endsWith(".json") && before !== null && isJson(before) && !isJson(now));
}

/** @throws SetupError: then nothing has changed */
export function applyUninstall(
  record: string,
  manifest: Manifest | null,
  changes: readonly Change[],
  edits: readonly Edit[],
  bounds: Bounds,
): void {
  replaceAll(changes, bounds);
  sweep(pathsOf(manifest, edits, bounds));
  removeDirectories(
    (manifest?.directories ?? []).filter(
      (path) => isNamedOnWay(path, bounds) || outside(path, bounds) === null,
    ),
  );
  // the record last: a KILL before leaves what the next uninstall goes by
  sweep([record]);
  rmSync(record, { force: true });
}
