/**
 * Programs that run commands for somebody: that one of them holds a command's standard input says nothing, since it does
 * so for every command. What is none of them and holds it (an editor, an agent) speaks to a server.
 */
import type { Program } from "./ties.ts";

const words = (...lines: readonly string[]): ReadonlySet<string> =>
  new Set(lines.flatMap((line) => line.split(" ")));

/** They end with what they run, or wait for its end alone. */
const PASSING = words(
  // shells, and what stands between a shell and its command
  "sh ash bash dash ksh mksh yash zsh fish csh tcsh nu elvish xonsh pwsh powershell cmd busybox toybox",
  "env nice nohup setsid timeout time stdbuf script expect sudo su doas runuser setpriv unshare nsenter chroot",
  "flock entr watchexec xargs parallel find tee cat yes ssh tini dumb-init docker-init catatonit",
  // hook runners
  "git lefthook overcommit",
  // task runners
  "make gmake ninja just task go-task mage rake cmake ctest bazel bazelisk buck2 pants gradle mvn ant cargo go",
  "dotnet uv composer bundle mix dune moon overmind hivemind mprocs earthly dagger",
);

/** They are there for whoever asked for the command: a login, a time table, a CI server. */
const STAYING = words(
  "sshd sshd-session sshd-auth login systemd cron crond cronie anacron atd",
  "Runner.Worker Runner.Listener gitlab-runner buildkite-agent act act_runner forgejo-runner drone",
  "drone-runner-exec woodpecker-agent circleci circleci-agent Agent.Worker Agent.Listener concourse bamboo-agent",
);

/** Those that are scripts, and run by node, python, ruby, java. */
const SCRIPTS = words(
  "npm npx pnpm pnpx yarn yarnpkg corepack turbo nx lerna rush rushx wireit gulp grunt npm-run-all",
  "npm-run-all2 run-p run-s concurrently nodemon onchange foreman zx vitest jest mocha ava playwright cypress",
  "husky lint-staged simple-git-hooks nano-staged yorkie pre-commit",
  "scons meson tox nox invoke poe hatch poetry pdm pipenv pytest bats",
  "agent.jar remoting.jar slave.jar",
);

/** Without what a shell, a package manager or a system has added to it, or a program's title behind it. */
const plain = (name: string): string =>
  name
    .replace(/^-/, "")
    .replace(/ .*$/, "")
    .replace(/\.(?:exe|cmd|[cm]?js|py|rb|sh|pl)$/i, "")
    .replace(/-cli$/, "");

/** Of a script's path its last name counts, and the package that it is part of. */
function namesIn(path: string): readonly string[] {
  const parts = path.split("/");
  const packages = parts.flatMap((part, at) => (part === "node_modules" ? (parts[at + 1] ?? []) : []));
  return [...packages, parts.at(-1) ?? ""].map(plain);
}

type Named = Pick<Program, "names" | "script">;

export const isRunner = (program: Named): boolean =>
  isPassing(program) || program.names.map(plain).some((name) => STAYING.has(name));

/** Says nothing about whether anybody still waits for what it runs. */
export const isPassing = ({ names, script }: Named): boolean =>
  names.map(plain).some((name) => PASSING.has(name) || SCRIPTS.has(name)) ||
  (script !== null && namesIn(script).some((name) => SCRIPTS.has(name)));
