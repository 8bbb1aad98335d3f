/**
 * `npm run measure:house -- [commit…]`: the size and the shape of `src`, of each named commit and of the working tree,
 * as one table. It tells whether a change made the house simpler: fewer lines, fewer names, fewer doors between rooms.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { longestChain } from "./chain.ts";
import { doors, exportNames, folders, unusedExports } from "./names.ts";
import { readTree } from "../support/architecture/tree.ts";

const repository = resolve(import.meta.dir, "../..");

type Row = readonly [name: string, value: string];

/** What stands in one checkout. */
function rowsOf(root: string): readonly Row[] {
  const tree = new Map([...readTree(root)].filter(([path]) => path.startsWith("src/")));
  const files = [...tree.values()];
  const names = exportNames(files);
  const twice = [...names].filter(([, paths]) => paths.length > 1);
  const sizes = [...folders(files)].toSorted((a, b) => b[1] - a[1]);
  const chain = longestChain(tree);
  return [
    ["lines", String(files.reduce((sum, { text }) => sum + text.split("\n").length - 1, 0))],
    ["files", String(files.length)],
    [
      "most files in a folder",
      sizes
        .slice(0, 3)
        .map(([folder, count]) => `${count} ${folder}`)
        .join(", "),
    ],
    ["exported names", String(names.size)],
    ["names in two or more files", String(twice.length)],
    ["exports that nobody imports", String(unusedExports(tree).length)],
    ["longest chain of imports", String(chain.length)],
    ...[...doors(tree)].map(([room, { used, all }]): Row => [`doors of ${room}`, `${used} of ${all}`]),
    ...waysOf(root),
  ];
}

/** The ways that ARCHITECTURE.md tells, each a section "The way of …" that names one file a step. */
function waysOf(root: string): readonly Row[] {
  const map = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
  const sections = map.split(/^#+ /m).filter((section) => section.startsWith("The way of "));
  return sections.map((section): Row => {
    const title = section.slice(0, section.indexOf("\n")).trim();
    return [title, `${section.match(/^\d+\. /gm)?.length ?? 0} stops`];
  });
}

function atCommit(commit: string): readonly Row[] {
  const directory = mkdtempSync(join(tmpdir(), "bun-watchdog-house-"));
  try {
    const archive = Bun.spawnSync(["git", "archive", commit, "src", "scripts", "ARCHITECTURE.md"], {
      cwd: repository,
    });
    if (archive.exitCode !== 0) throw new Error(`No commit ${commit}: ${archive.stderr.toString().trim()}`);
    Bun.spawnSync(["tar", "-x", "-C", directory], { stdin: archive.stdout });
    return rowsOf(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const { values, commits } = readArguments();
const columns = [
  ...commits.map((commit) => [commit, new Map(atCommit(commit))] as const),
  ["now", new Map(rowsOf(repository))] as const,
];
const names = [...new Set(columns.flatMap(([, rows]) => [...rows.keys()]))];
console.log(`| | ${columns.map(([title]) => title).join(" | ")} |\n|---|${"---|".repeat(columns.length)}`);
for (const name of names)
  console.log(`| ${name} | ${columns.map(([, rows]) => rows.get(name) ?? "").join(" | ")} |`);
if (values.names) listNames();

function readArguments(): {
  readonly values: { readonly names: boolean };
  readonly commits: readonly string[];
} {
  const given = process.argv.slice(2);
  return {
    values: { names: given.includes("--names") },
    commits: given.filter((each) => each !== "--names"),
  };
}

/** `--names`: which names are meant by the two counts. */
function listNames(): void {
  const tree = readTree(repository);
  for (const [name, paths] of exportNames([...tree.values()]))
    if (paths.length > 1) console.log(`twice: ${name} in ${paths.join(", ")}`);
  for (const each of unusedExports(tree)) console.log(`unused: ${each}`);
}
