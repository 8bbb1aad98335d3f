/**
 * `npm run build` makes bunctl as files with their bytecode. One file has the commands; it also has what a
 * command does not use, and that is not run. One has the daemon, which loads no command. One has what a
 * daemon at rest has no use for (a kill, a limit, a question about ports).
 */
import { bundle, collection, fromSource, listSources, postpone } from "../../gate/wrapper/build.ts";

const [COMMANDS, DAEMON, LATER] = ["bunctl.js", "bunctl-daemon.js", "bunctl-daemon-later.js"];
const BUILT_FROM = "dist/bunctl.sources.json";

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
  "src/os/linux/backend.ts",
  "src/os/linux/contain/adopt.ts",
  "src/os/linux/contain/caps.ts",
  "src/os/linux/contain/cgroup2.ts",
  "src/os/linux/contain/container.ts",
  "src/os/linux/contain/glance.ts",
  "src/os/linux/contain/hybrid.ts",
  "src/os/linux/contain/run-as.ts",
  "src/os/linux/start/exec.ts",
  "src/os/linux/start/start.ts",
  "src/os/select.ts",
]);

const isLazy = (kind: Bun.ImportKind): boolean => kind === "dynamic-import" || kind === "require-call";

async function buildBunctl(): Promise<void> {
  const modules = new Set<string>();
  const commands = await bundle(COMMANDS, {
    entrypoints: [`${import.meta.dir}/built.ts`],
    plugins: [fromSource],
    packages: "bundle",
    external: RARE,
  });
  const later = postpone(modules, (file, kind) => (isLazy(kind) && !AT_ONCE.has(file) ? LATER : null));
  const daemon = await bundle(DAEMON, {
    entrypoints: [`${import.meta.dir}/built-daemon.ts`],
    plugins: [fromSource, later],
  });
  const rest = await collection(LATER, [...modules]);
  await listSources(BUILT_FROM, [...new Set([...commands, ...daemon, ...rest])]);
}

if (import.meta.main) await buildBunctl();
