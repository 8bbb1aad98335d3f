/** Words what setup did, or would do: for people with the difference of every file, and as JSON. */
import { relative } from "node:path";
import type { WrappedScript } from "./parts/wrap.ts";
import type { HookName } from "./hooks/call.ts";
import { typed } from "../trust/typed.ts";
import type { Kept } from "./uninstall.ts";
import type { Change } from "./plan.ts";
import { shellWord } from "../text/shell-word.ts";
import { isWithin as isBelow } from "../core/judge/match.ts";
import { shortPath } from "../render/command-name.ts";
import { indented } from "../render/notes.ts";
import { bold, dim, green, lineWidth, plural, red, yellow } from "../text/style.ts";

export interface SetupResult {
  readonly root: string;
  readonly dryRun: boolean;
  readonly uninstall: boolean;
  readonly changes: readonly Change[];
  readonly unchanged: readonly string[];
  readonly standing: readonly Change[];
  readonly refused: readonly string[];
  readonly kept: readonly Kept[];
  readonly notes: readonly string[];
  readonly wrappable: readonly WrappedScript[];
  readonly hook: HookName | null;
}

export async function renderSetup(result: SetupResult): Promise<string> {
  const { changes, refused, notes, wrappable, dryRun } = result;
  const standing = await Promise.all(result.standing.map((change) => standingLines(change, result)));
  const differences = dryRun ? await Promise.all(changes.map((change) => difference(change, result))) : [];
  return [
    bold(headline(result)),
    ...(dryRun ? differences : changes.map((change) => `  ${line(change, result)}`)),
    ...wrappable.map(({ name, before, after }) => `  ${name}: ${dim(before)} → ${after}`),
    ...refused.map((text) => red(`! ${text}`)),
    ...result.kept.map((kept) => yellow(`  ${keptLine(kept, result)}`)),
    ...standing,
    ...notes.flatMap(noteLines).map(yellow),
    ...(result.uninstall || dryRun || changes.length === 0 ? [] : ["", ...nextLines(result)]),
  ].join("\n");
}

/** One that begins with spaces belongs to the one before it, and stays beneath it. */
const noteLines = (text: string): readonly string[] =>
  indented(text.trimStart(), `  ${/^ */u.exec(text)?.[0] ?? ""}`, lineWidth());

const nextLines = ({ hook }: SetupResult): readonly string[] => [
  ...(hook === null ? [] : [`From now on every ${hook.replace("pre-", "")} stops this project's runaways.`]),
  `Watch all the time:  ${typed("monitor --detach")}`,
  `Look around:         ${typed("status")}`,
  `Take it out again:   ${typed("setup --uninstall")}`,
];

/** An edited file is somebody's work: it is not removed, and nobody should think that it was. */
function keptLine({ path, effect, isShared }: Kept, { root, dryRun }: SetupResult): string {
  const shown = shownPath(path, root);
  const advice =
    isShared === true
      ? ""
      : ` Remove it: rm -r ${shellWord(isBelow(path, root) ? relative(root, path) : path)}`;
  return `${dryRun ? "would keep" : "kept"} ${shown}: ${effect}.${advice}`;
}

function headline({ root, changes, kept, dryRun, uninstall }: SetupResult): string {
  const where = shortPath(root);
  if (changes.length === 0) return uninstall ? nothingLeft(where, kept) : `${where} is set up already.`;
  const files = plural(changes.length, "file");
  if (uninstall) return `${dryRun ? "Would give back" : "Gave back"} ${files} in ${where}:`;
  return `${dryRun ? "Would change" : "Changed"} ${files} in ${where}:`;
}

const nothingLeft = (where: string, kept: readonly Kept[]): string =>
  kept.length === 0 ? `Nothing of ours is in ${where}.` : `Nothing more to give back in ${where}:`;

const name = ({ path }: Change, { root }: SetupResult): string => shownPath(path, root);

function shownPath(path: string, root: string): string {
  const below = relative(root, path);
  return below.startsWith("..") ? shortPath(path) : below;
}

function line(change: Change, result: SetupResult): string {
  const verb = change.before === null ? "made" : change.after === null ? "removed" : "changed";
  return `${green("✓")} ${name(change, result)}  ${dim(`${verb}: ${change.what.join(", ")}`)}`;
}

async function standingLines(change: Change, result: SetupResult): Promise<string> {
  const text = `${name(change, result)} is there already and stays (--force puts ours there). Ours would change it so:`;
  return yellow(`  ${text}`) + (await difference(change, result)) + "\n";
}

/** As a unified diff; the library is loaded for a dry run alone. */
async function difference(change: Change, result: SetupResult): Promise<string> {
  const { createTwoFilesPatch } = await import("diff");
  const path = name(change, result);
  const [from, to] = [
    change.before === null ? "/dev/null" : path,
    change.after === null ? "/dev/null" : path,
  ];
  const patch = createTwoFilesPatch(from, to, change.before ?? "", change.after ?? "", undefined, undefined, {
    context: 2,
  });
  const lines = patch.trimEnd().split("\n");
  return ["", ...lines.slice(lines.findIndex((each) => each.startsWith("---"))).map(paintLine)].join("\n");
}

const paintLine = (text: string): string => {
  if (text.startsWith("+")) return green(text);
  return text.startsWith("-") ? red(text) : text;
};

export function setupJson(result: SetupResult): object {
  const { hook: _, ...shown } = result;
  const changes = result.changes.map(({ path, before, after, what }) => ({ path, before, after, what }));
  const standing = result.standing.map(({ path, before, after }) => ({ path, before, after }));
  return { schemaVersion: 1, ...shown, changes, standing };
}
