/**
 * Programs that run commands for somebody: that one of them holds a command's standard input says nothing, since it does
 * so for every command. What is none of them and holds it (an editor, an agent) speaks to a server.
 */
import { namesWhere, type ProgramKind } from "../../process/known-programs.ts";
import type { TiedProgram } from "../../process/ties.ts";

/** passing: they end with what they run, or wait for its end alone. staying: they are there for whoever asked for the command. */
const INPUT: Readonly<Record<ProgramKind, "passing" | "staying" | "client">> = {
  shell: "passing",
  wrapper: "passing",
  init: "passing",
  "hook runner": "passing",
  "task runner": "passing",
  "test runner": "passing",
  repeater: "passing",
  "build node": "passing",
  login: "staying",
  "time table": "staying",
  "CI runner": "staying",
  interpreter: "client",
  "coding agent": "client",
};

const PASSING = namesWhere(({ is }) => INPUT[is] === "passing");
const STAYING = namesWhere(({ is }) => INPUT[is] === "staying");
/** Those that are scripts, and run by node, python, ruby, java. */
const SCRIPTS = namesWhere(({ is, script }) => script === true && INPUT[is] === "passing");

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

type Named = Pick<TiedProgram, "names" | "script">;

export const isRunner = (program: Named): boolean =>
  isPassing(program) || program.names.map(plain).some((name) => STAYING.has(name));

/** Says nothing about whether anybody still waits for what it runs. */
export const isPassing = ({ names, script }: Named): boolean =>
  names.map(plain).some((name) => PASSING.has(name)) ||
  (script !== null && namesIn(script).some((name) => SCRIPTS.has(name)));

/** Units whose programs start other programs for somebody: that a job runs in one of them makes it no service. */
const STARTERS = [
  // logins, sessions, desktops and the terminals in them
  /^(?:user@|user-runtime-dir@|session-|ssh|sshd|dropbear|(?:serial-|console-|container-)?getty)/,
  /^(?:gdm|sddm|lightdm|display-manager|gnome-|org\.gnome\.|plasma|kde|xdg-|dbus|app-)|terminal|konsole|tmux|screen/,
  // timers' and batches' own daemons
  /^(?:cron|crond|cronie|anacron|atd|fcron|systemd-)/,
  // CI runners, editors for a browser
  /runner|buildkite|jenkins|teamcity|woodpecker|drone|concourse|circleci|bamboo|code-server|code-tunnel|jupyter/,
  // container engines
  /^(?:docker|containerd|podman|crio|kubelet|lxc|machine-)/,
];

/** "" = no unit. */
export const isOwnService = (unit: string): boolean =>
  unit !== "" && !STARTERS.some((pattern) => pattern.test(unit));
