/** The usual ways to install the package, and to call its programs then. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

export interface Place {
  /** The project, or the folder that a global installation is called from. */
  readonly folder: string;
  readonly home: string;
  readonly tarball: string;
}

export interface Way {
  readonly name: string;
  readonly manager: "npm" | "pnpm10" | "yarn1" | "yarn4" | "bun";
  /** Files that the manager wants. */
  readonly files?: Readonly<Record<string, string>>;
  /** Into the project, a Bun among its dependencies; null: this way knows no project. */
  readonly addBun: ((version: string) => readonly string[]) | null;
  readonly install: ((place: Place) => readonly string[]) | null;
  /** What stands before the name of a program. */
  readonly call: (place: Place) => readonly string[];
  /** Where its programs lie, from the project's folder or HOME. */
  readonly folder?: (place: Place) => string;
}

const bins = ({ folder }: Place): string => join(folder, "node_modules/.bin");

const yarn4 = (linker: string): Pick<Way, "manager" | "files" | "addBun" | "install" | "call"> => ({
  manager: "yarn4",
  files: {
    ".yarnrc.yml": `nodeLinker: ${linker}\nenableTelemetry: false\nenableGlobalCache: true\nnpmMinimalAgeGate: 0\n`,
    "yarn.lock": "",
  },
  addBun: (version) => ["yarn", "add", `bun@${version}`],
  install: ({ tarball }) => ["yarn", "add", "-D", `bun-watchdog@file:${tarball}`],
  call: () => ["yarn", "run"],
});

export const WAYS: readonly Way[] = [
  {
    name: "npm install",
    manager: "npm",
    addBun: (version) => ["npm", "install", `bun@${version}`],
    install: ({ tarball }) => ["npm", "install", "--save-dev", tarball],
    call: () => ["npx", "--no-install"],
    folder: bins,
  },
  {
    name: "npm install -g",
    manager: "npm",
    addBun: null,
    install: ({ tarball, home }) => ["npm", "install", "-g", "--prefix", join(home, "npm"), tarball],
    call: () => [],
    folder: ({ home }) => join(home, "npm/bin"),
  },
  {
    name: "npx of the tarball",
    manager: "npm",
    addBun: null,
    install: null,
    call: ({ tarball }) => ["npx", "--yes", `--package=${tarball}`, "--"],
  },
  {
    name: "pnpm add",
    manager: "pnpm10",
    addBun: (version) => ["pnpm", "add", `bun@${version}`],
    install: ({ tarball }) => ["pnpm", "add", "-D", tarball],
    call: () => ["pnpm", "exec"],
    folder: bins,
  },
  {
    name: "pnpm add -g",
    manager: "pnpm10",
    addBun: null,
    install: ({ tarball }) => ["pnpm", "add", "-g", tarball],
    call: () => [],
    folder: ({ home }) => join(home, "pnpm"),
  },
  {
    name: "yarn 1 add",
    manager: "yarn1",
    addBun: (version) => ["yarn", "add", `bun@${version}`],
    install: ({ tarball }) => ["yarn", "add", "--dev", tarball],
    call: () => ["yarn", "run", "--silent"],
    folder: bins,
  },
  { name: "yarn 4 add, node_modules", folder: bins, ...yarn4("node-modules") },
  { name: "yarn 4 add, pnp", ...yarn4("pnp") },
  {
    name: "bun add",
    manager: "bun",
    addBun: (version) => ["bun", "add", `bun@${version}`],
    install: ({ tarball }) => ["bun", "add", "--dev", tarball],
    call: () => ["bunx", "--no-install"],
    folder: bins,
  },
  {
    name: "bun add -g",
    manager: "bun",
    addBun: null,
    install: ({ tarball }) => ["bun", "add", "-g", tarball],
    call: () => [],
    folder: ({ home }) => join(home, ".bun/bin"),
  },
  {
    name: "bunx of the tarball",
    manager: "bun",
    addBun: null,
    install: null,
    call: ({ tarball }) => ["bunx", "--package", tarball],
  },
];

/** Plug'n'Play has no Bun of the project's unless the project lets its install script run: the files lie in an archive. */
const MANIFEST = { name: "shop", private: true, dependenciesMeta: { bun: { built: true } } };

export function prepare(way: Way, { folder }: Place): void {
  writeFileSync(join(folder, "package.json"), JSON.stringify(MANIFEST));
  for (const [path, text] of Object.entries(way.files ?? {})) writeFileSync(join(folder, path), text);
}
