/**
 * `npm run build` makes bunctl as files with their bytecode. The first has what most commands take that are given; one, what
 * reads config files; one, the rest of the commands, with the packages that they use. One has the daemon, which loads no
 * command, and one what a daemon at rest has no use for (a kill, a limit, a question about ports). A command looks at the
 * sources of a file when it takes something from it, the daemon at the start: a kill does not wait for that.
 */
import {
  bundle,
  collection,
  fromSource,
  listSources,
  ofLaterOrSource,
  postpone,
} from "../../gate/wrapper/build.ts";
import { packageFile } from "../../trust/package-file.ts";

const [COMMANDS, CONFIG, COMMANDS_LATER] = ["bunctl.js", "bunctl-config.js", "bunctl-later.js"];
const [DAEMON, DAEMON_LATER] = ["bunctl-daemon.js", "bunctl-daemon-later.js"];
const listOf = (file: string): string => `dist/${file.replace(/\.js$/u, ".sources.json")}`;

/** Loaded by what is rare, from where they are installed. */
const RARE = [
  "commander",
  "cosmiconfig",
  "node-cron",
  "pidusage",
  "ps-list",
  "tree-kill",
  "winston",
  "winston-daily-rotate-file",
];

/**
 * The daemon imports these lazily, but they are not postponed to the later file: every start of an app takes
 * them, or a second copy of them would not know what the first one knows (who is whose child, and what is
 * watched).
 */
const AT_ONCE: ReadonlySet<string> = new Set([
  "src/manager/daemon/app-changes.ts",
  "src/os/linux/backend.ts",
  "src/os/linux/contain/adopt.ts",
  "src/os/linux/contain/caps.ts",
  "src/os/linux/contain/cgroup2.ts",
  "src/os/linux/contain/container.ts",
  "src/os/linux/contain/glance.ts",
  "src/os/linux/contain/hybrid.ts",
  "src/os/linux/contain/kin.ts",
  "src/os/linux/contain/run-as.ts",
  "src/os/linux/start/exec.ts",
  "src/os/linux/start/start.ts",
  "src/os/select.ts",
]);

/** Imported lazily, and needed by the commands that are given most, about apps that are known. */
const IN_FIRST: ReadonlySet<string> = new Set([
  ...["keep", "logs", "look", "restart", "start", "steer"].map(
    (name) => `src/cli/bunctl/commands/${name}.ts`,
  ),
  "src/os/linux/backend.ts",
  "src/os/linux/start/start.ts",
]);

const IN_CONFIG: ReadonlySet<string> = new Set([
  "src/cli/bunctl/altered.ts",
  "src/cli/bunctl/declared-apps.ts",
  "src/config/apps/evaluate.ts",
  "src/config/syntax/json-text.ts",
]);

const isLazy = (kind: Bun.ImportKind): boolean => kind === "dynamic-import" || kind === "require-call";

/** In which other file a module is. */
const otherFile =
  (here: ReadonlySet<string>, later: string) =>
  (file: string, kind: Bun.ImportKind): string | null =>
    isLazy(kind) && !here.has(file) ? (IN_CONFIG.has(file) ? CONFIG : later) : null;

async function buildCommands(): Promise<void> {
  const modules = new Set<string>();
  const postponed = (here: ReadonlySet<string>): Bun.BunPlugin =>
    postpone(modules, otherFile(here, COMMANDS_LATER), ofLaterOrSource);
  const packages = { packages: "bundle", external: RARE } as const;
  const first = await bundle(COMMANDS, {
    entrypoints: [`${import.meta.dir}/built.ts`],
    plugins: [fromSource, postponed(IN_FIRST)],
    ...packages,
  });
  await listSources(listOf(COMMANDS), first);
  const lists = [listOf(CONFIG), listOf(COMMANDS_LATER)] as const;
  const config = [...IN_CONFIG].filter((file) => modules.has(file));
  const plugins = [fromSource, postponed(IN_CONFIG)];
  await listSources(lists[0], await collection(CONFIG, config, lists[0], { ...packages, plugins }));
  const rest = [...modules].filter((file) => !IN_CONFIG.has(file));
  await listSources(lists[1], await collection(COMMANDS_LATER, rest, lists[1], packages));
}

async function buildDaemon(): Promise<void> {
  const modules = new Set<string>();
  const first = await bundle(DAEMON, {
    entrypoints: [`${import.meta.dir}/built-daemon.ts`],
    plugins: [fromSource, postpone(modules, otherFile(AT_ONCE, DAEMON_LATER))],
  });
  const rest = await collection(DAEMON_LATER, [...modules]);
  await listSources(listOf(DAEMON), [...new Set([...first, ...rest])]);
}

/** Where a file does not say so, each command takes the sources, and that shows in its time only. */
function requireCurrent(file: string): void {
  const built: { readonly areCurrent?: boolean } = require(packageFile(`dist/${file}`));
  if (built.areCurrent !== true) throw new Error(`dist/${file} does not say that it is current.`);
}

if (import.meta.main) {
  await buildCommands();
  await buildDaemon();
  for (const file of [CONFIG, COMMANDS_LATER]) requireCurrent(file);
}
