/** How a machine of GitHub's installs the project: Bun in a version that is written down, and what the lock file says. */
import { entryExists } from "../../config/files/directories.ts";
import { jsonValue } from "../../config/syntax/json-edit.ts";
import { join } from "node:path";
import { peek } from "../files.ts";
import type { ProjectFolder } from "../project.ts";

interface Installer {
  /** Of its lock file, the first one that is there; null = there is none. */
  readonly lock: string | null;
  /** Lock files of other managers. */
  readonly others: readonly string[];
  /** YAML of steps, before and with the command. */
  readonly steps: readonly string[];
  /** Starts a program that is installed in the project. */
  readonly run: string;
}

const MANAGERS = [
  { name: "bun", locks: ["bun.lock", "bun.lockb"] },
  { name: "pnpm", locks: ["pnpm-lock.yaml"] },
  { name: "yarn", locks: ["yarn.lock"] },
  { name: "npm", locks: ["package-lock.json", "npm-shrinkwrap.json"] },
] as const;

const RUN = { bun: "bun run", pnpm: "pnpm exec", yarn: "yarn run", npm: "npx --no-install" } as const;

/** `below`: from the checkout to the project, with a slash behind it, or "". */
export function installerOf(project: ProjectFolder, below: string): Installer {
  const named = /^(?<name>[a-z]+)@(?<version>\d[^+\s]*)/u.exec(
    String(jsonValue(project.manifest, ["packageManager"])),
  )?.groups;
  const found = MANAGERS.flatMap(({ name, locks }) => {
    const lock = locks.find((each) => entryExists(join(project.root, each)));
    return lock === undefined ? [] : [{ name, lock }];
  });
  const chosen = found.find(({ name }) => name === named?.["name"]) ??
    found[0] ?? { name: "bun" as const, lock: null };
  const { name, lock } = chosen;
  const version = named?.["name"] === name ? named["version"] : undefined;
  const path = lock === null ? null : below + lock;
  const steps = [
    ...withBun(project, name === "bun" ? version : undefined),
    ...(name === "bun" ? bunCache(path) : withNode(project, name, version, path)),
    `- run: ${installOf(project, name, lock !== null, version)}`,
  ];
  const others = named?.["name"] === name ? [] : found.slice(1).map((each) => each.lock);
  return { lock, others, steps, run: RUN[name] };
}

/** The version that the project names, else the one that this runs in. */
function withBun({ root }: ProjectFolder, version: string | undefined): readonly string[] {
  const own = /^\d\S*/u.exec(peek(join(root, ".bun-version")).trim())?.[0];
  return [
    "- uses: oven-sh/setup-bun@v2",
    "  with:",
    `    bun-version: ${JSON.stringify(version ?? own ?? Bun.version)}`,
  ];
}

function bunCache(lock: string | null): readonly string[] {
  if (lock === null) return [];
  return [
    "- uses: actions/cache@v4",
    "  with:",
    "    path: ~/.bun/install/cache",
    `    key: ${JSON.stringify(`bun-\${{ runner.os }}-\${{ hashFiles('${lock.replaceAll("'", "''")}') }}`)}`,
    '    restore-keys: "bun-${{ runner.os }}-"',
  ];
}

function withNode(
  project: ProjectFolder,
  name: "npm" | "pnpm" | "yarn",
  version: string | undefined,
  lock: string | null,
): readonly string[] {
  const own = ["- uses: actions/setup-node@v4", "  with:", "    node-version: lts/*", `    cache: ${name}`];
  const node = lock === null ? own.slice(0, 3) : [...own, `    cache-dependency-path: ${workflowText(lock)}`];
  if (name === "npm") return node;
  if (name === "yarn") return ["- run: corepack enable", ...node];
  // without a version of its own it takes the one of package.json at the top of the checkout
  const where = project.git?.below ?? "";
  const wish =
    version === undefined
      ? ['    version: "10"']
      : where === ""
        ? []
        : [`    package_json_file: ${workflowText(`${where}/package.json`)}`];
  return ["- uses: pnpm/action-setup@v4", ...(wish.length === 0 ? [] : ["  with:", ...wish]), ...node];
}

function installOf(
  { root }: ProjectFolder,
  name: string,
  hasLock: boolean,
  version: string | undefined,
): string {
  if (name === "npm") return hasLock ? "npm ci" : "npm install";
  if (!hasLock) return `${name} install`;
  const isBerry =
    name === "yarn" && (entryExists(join(root, ".yarnrc.yml")) || Number.parseInt(version ?? "1", 10) > 1);
  return `${name} install ${isBerry ? "--immutable" : "--frozen-lockfile"}`;
}

/** As YAML, in which GitHub looks for expressions, quoted or not. */
export const workflowText = (text: string): string => JSON.stringify(text.replaceAll("${{", "${{ '${{' }}"));
