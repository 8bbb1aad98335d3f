/** A scratch project with the programs a person would have installed, and a picture of its files to compare with. */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { repository, runProgram, scratchProject, type CliResult, type Project } from "../support/launch.ts";
import { withBun } from "./bystander.ts";
import { type Picture, pictureOf } from "./picture.ts";

export interface SetupProject extends Project {
  /** Writes a file below the directory; executable when asked. */
  file(path: string, text: string, mode?: number): void;
  read(path: string): string;
  run(argv: readonly string[], below?: string): Promise<CliResult>;
  /** `bun-watchdog setup …` in the project. */
  setup(args?: readonly string[], below?: string): Promise<CliResult>;
  commit(below?: string): Promise<CliResult>;
  commits(below?: string): Promise<number>;
  /** Every file but what git and the watchdog write as they go. */
  picture(): Picture;
}

const PROGRAMS = {
  "bun-watchdog": "scripts/fix-runaway-bun.ts",
  husky: "node_modules/husky/bin.js",
  lefthook: "node_modules/lefthook/bin/index.js",
  "simple-git-hooks": "node_modules/simple-git-hooks/cli.js",
} as const;

/** The default limits with a timeout that a test can wait for; the runaway is over it, nothing else here is. */
const LIMITS = {
  BUN_WATCHDOG_PROCESS_TIMEOUT_MS: "600",
  BUN_WATCHDOG_KILL_GRACE_MS: "1000",
};

const GIT = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@example.com",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@example.com",
};

/** What `git init` makes; the process that made it takes it along. */
let template: string | undefined;
function emptyRepository(): string {
  const made = mkdtempSync(join(tmpdir(), "bun-watchdog-git-"));
  process.once("exit", () => rmSync(made, { recursive: true, force: true }));
  Bun.spawnSync(["git", "init", "-q", made], { env: { ...process.env, ...GIT } });
  return join(made, ".git");
}

/** `parent`: where the project's folder is made. `state`: the account's records, where they are not to lie in the project. */
export function setupProject(parent?: string, state?: string): SetupProject {
  const project = scratchProject(null, parent);
  const { directory } = project;
  if (state === undefined) mkdirSync(join(directory, ".kiro/account"));
  else rmSync(join(directory, ".kiro"), { recursive: true });
  const outer = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(GIT_|HUSKY|LEFTHOOK|CI$)/u.test(name)),
  );
  const bin = join(directory, "node_modules/.bin");
  const PATH = `${bin}:${withBun["PATH"]}`;
  const env = { ...outer, ...project.env, ...GIT, ...LIMITS, CI: undefined, PATH };
  if (state !== undefined) Object.assign(env, { XDG_STATE_HOME: state });

  // env(1) looks argv[0] up in the PATH it is given
  const run = (argv: readonly string[], below = ""): Promise<CliResult> =>
    runProgram(["env", ...argv], { cwd: join(directory, below), env });

  mkdirSync(bin, { recursive: true });
  for (const [name, path] of Object.entries(PROGRAMS)) symlinkSync(join(repository, path), join(bin, name));
  cpSync((template ??= emptyRepository()), join(directory, ".git"), { recursive: true });

  return Object.assign(project, {
    file: (path: string, text: string, mode?: number) => {
      const whole = join(directory, path);
      mkdirSync(dirname(whole), { recursive: true });
      writeFileSync(whole, text);
      if (mode !== undefined) chmodSync(whole, mode);
    },
    read: (path: string) => readFileSync(join(directory, path), "utf8"),
    run,
    setup: (args: readonly string[] = [], below = "") => run(["bun-watchdog", "setup", ...args], below),
    commit: async (below = "") => {
      await run(["git", "add", "-A"], below);
      return await run(["git", "commit", "--allow-empty", "-m", "a commit"], below);
    },
    commits: async (below = "") => Number((await run(["git", "rev-list", "--count", "HEAD"], below)).stdout),
    picture: () => pictureOf(directory),
  });
}

/** Signs that hooks leave: they ran. */
export const sign = (name: string): string => `mkdir -p signs && touch signs/${name}`;
export const hasSign = ({ directory }: Project, name: string): boolean =>
  existsSync(join(directory, "signs", name));
