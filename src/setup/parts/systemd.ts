/** A systemd user unit: the monitor of this account, started with the session and again should it fail. */
import { basename, join } from "node:path";
import { projectKey } from "../../trust/state.ts";
import { fitsInUnit, unitArgument, unitPathText, unitWord } from "../../text/systemd.ts";
import { ownFile, type Part } from "../edit.ts";
import { SetupRefusal } from "../refusal.ts";
import type { ProjectFolder } from "../project.ts";
import { lastingCommand, lastingFolderOfBun } from "./lasting.ts";

export interface SystemdService {
  /** Of the unit. */
  readonly path: string;
  /** The folder of this package, as a real path. */
  readonly package: string;
  /** Where programs are looked for now; a user's systemd knows little of it. */
  readonly searched: string;
  /** Starts a script in a checkout that nobody has built. */
  readonly bun: readonly string[];
}

/** What systemd itself looks through. */
const USUAL = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** @throws SetupRefusal where this package will not stay */
function command(project: ProjectFolder, service: SystemdService): readonly string[] {
  const found = lastingCommand("bun-monitor-service", service, project.root);
  if (found !== null) return [...found, "--yes"];
  throw new SetupRefusal(
    `${service.package} is a cache, and a unit would lose what it starts with it: no unit was made. Install bun-watchdog in the project, then run setup again.`,
  );
}

function unit(project: ProjectFolder, service: SystemdService): string {
  // WorkingDirectory= knows no escapes for a line break; a word of a command does
  const fits = fitsInUnit(project.root);
  const words = [...(fits ? [] : ["/usr/bin/env", `--chdir=${project.root}`]), ...command(project, service)];
  const folder = lastingFolderOfBun(service.searched);
  const isUsual = folder === null || USUAL.split(":").includes(folder);
  return `# Made by bun-watchdog setup --service systemd.
[Unit]
Description=bun-watchdog: keeps this account's Bun processes under control

[Service]
${fits ? `WorkingDirectory=${unitPathText(project.root)}\n` : ""}${isUsual ? "" : `Environment=${unitWord(`PATH=${folder}:${USUAL}`)}\n`}ExecStart=${words.map(unitArgument).join(" ")}
Restart=on-failure
RestartSec=5
# it waits for the grace of what it is stopping
TimeoutStopSec=30
KillMode=mixed

[Install]
WantedBy=default.target
`;
}

const inUnits = (home: string, name: string): string =>
  join(home, ".config", "systemd", "user", `${name}.service`);

/** The places that this project's unit may have: of two projects of an account, the second one's has a name of its own. */
export const unitPaths = (home: string, root: string): readonly [string, string] => [
  inUnits(home, "bun-watchdog"),
  inUnits(home, `bun-watchdog-${projectKey(root)}`),
];

/** `own`: the files that the record of this project lists; `taken`: those of others. */
export function unitPath(
  home: string,
  root: string,
  own: ReadonlySet<string>,
  taken: ReadonlySet<string>,
): string {
  const [usual, second] = unitPaths(home, root);
  return own.has(second) || (taken.has(usual) && !own.has(usual)) ? second : usual;
}

/** Says what its removal leaves to a person: a unit that was enabled is linked to, and may run. */
export const unitFarewell = (removed: readonly string[], home: string, root: string): readonly string[] =>
  unitPaths(home, root)
    .filter((path) => removed.includes(path))
    .map((path) => `If it was enabled: systemctl --user disable --now ${unitName(path)}`);

const unitName = (path: string): string => basename(path, ".service");

export function systemdUnit(project: ProjectFolder, service: SystemdService): Part {
  const file = { path: service.path, what: "systemd user unit", ifKept: "the unit can still be started" };
  const start = `Start it: systemctl --user daemon-reload && systemctl --user enable --now ${unitName(service.path)}`;
  try {
    return { edits: [ownFile(unit(project, service), file)], notes: [start] };
  } catch (error) {
    if (!(error instanceof SetupRefusal)) throw error;
    const refuse = (): never => {
      throw error;
    };
    return { edits: [{ ...file, add: refuse, marks: [] }], notes: [] };
  }
}
