/**
 * Programs that are known by their name, and what each of them is. One table for all who go by names: whether somebody at a
 * command's input is its client (evidence/runners.ts), whose work a command is (starter.ts), and who starts what a person
 * asks for (prompt.ts).
 */

export type ProgramKind =
  | "shell"
  /** Stands between a shell and its command, or runs and feeds one. */
  | "wrapper"
  /** The first process of a container. */
  | "init"
  | "hook runner"
  /** Runs what somebody has written down to be done, and ends with that. */
  | "task runner"
  | "test runner"
  /** Runs one command again whenever something changes or it has ended. */
  | "repeater"
  /** What a CI server has started on a machine of its own. */
  | "build node"
  | "login"
  | "time table"
  | "CI runner"
  | "interpreter"
  | "coding agent";

interface KnownProgram {
  readonly is: ProgramKind;
  /** A script, which an interpreter runs: it goes by the name of its package, too. */
  readonly script?: true;
  /** gathers: what it starts together is one piece of work. between: it stands between such a one and what that runs. */
  readonly work?: "gathers" | "between";
}

interface Row extends KnownProgram {
  readonly names: string;
}

const ROWS: readonly Row[] = [
  { is: "shell", work: "between", names: "sh ash bash dash ksh zsh fish" },
  { is: "shell", names: "mksh yash csh tcsh nu elvish xonsh pwsh powershell cmd" },

  {
    is: "wrapper",
    work: "between",
    names: "env nice nohup setsid timeout time stdbuf flock ionice taskset direnv",
  },
  { is: "wrapper", script: true, work: "between", names: "cross-env cross-env-shell dotenv dotenvx" },
  {
    is: "wrapper",
    names:
      "script expect sudo su doas runuser setpriv unshare nsenter chroot find tee cat yes ssh busybox toybox",
  },
  { is: "init", names: "tini dumb-init docker-init catatonit" },

  { is: "hook runner", names: "git overcommit" },
  { is: "hook runner", work: "gathers", names: "lefthook" },
  { is: "hook runner", script: true, work: "gathers", names: "lint-staged pre-commit" },
  { is: "hook runner", script: true, names: "husky simple-git-hooks nano-staged yorkie" },

  {
    is: "task runner",
    work: "gathers",
    names: "xargs parallel make gmake bmake ninja samu sem just task mage rake ctest bazel bazelisk moon",
  },
  {
    is: "task runner",
    names:
      "go-task cmake buck2 pants gradle mvn ant cargo go dotnet uv composer bundle mix dune overmind hivemind " +
      "mprocs earthly dagger",
  },
  {
    is: "task runner",
    script: true,
    work: "gathers",
    names:
      "npm npx pnpm pnpx yarn yarnpkg turbo nx lerna rush wireit gulp grunt npm-run-all npm-run-all2 run-p run-s " +
      "concurrently conc run-z jake scons invoke tox nox",
  },
  {
    is: "task runner",
    script: true,
    names: "corepack rushx foreman zx meson poe hatch poetry pdm pipenv",
  },
  { is: "test runner", script: true, names: "vitest jest mocha ava playwright cypress pytest bats" },
  { is: "repeater", names: "entr watchexec" },
  { is: "repeater", script: true, names: "nodemon onchange" },
  { is: "build node", script: true, names: "agent.jar remoting.jar slave.jar" },

  { is: "login", names: "sshd sshd-session sshd-auth login systemd" },
  { is: "time table", names: "cron crond cronie anacron atd" },
  {
    is: "CI runner",
    names:
      "Runner.Worker Runner.Listener gitlab-runner buildkite-agent act act_runner forgejo-runner drone " +
      "drone-runner-exec woodpecker-agent circleci circleci-agent Agent.Worker Agent.Listener concourse bamboo-agent",
  },

  { is: "interpreter", names: "node nodejs deno perl python python3 ruby" },
  {
    is: "coding agent",
    names: "claude codex opencode gemini cursor-agent aider amp goose crush qwen copilot",
  },
];

const entries = ROWS.flatMap(({ names, ...program }) =>
  names.split(" ").map((name): readonly [string, KnownProgram] => [name, program]),
);

/** Every name, as often as it stands there: once. */
export const programNames: readonly string[] = entries.map(([name]) => name);

export const namesWhere = (is: (program: KnownProgram) => boolean): ReadonlySet<string> =>
  new Set(entries.flatMap(([name, program]) => (is(program) ? [name] : [])));

export const anyOf = (names: ReadonlySet<string>): string =>
  `(?:${[...names].map((name) => RegExp.escape(name)).join("|")})`;
