/** A systemd user unit: the monitor of this account, started with the session and again should it fail. */
import { basename, join } from "node:path";
import { projectKey } from "../../trust/state.ts";
import { fitsInUnit, unitArgument, unitPathText } from "../../text/systemd.ts";
import { ownFile, type Part } from "../edit.ts";
import { SetupRefusal } from "../refusal.ts";
import type { ProjectFolder } from "../project.ts";

export interface SystemdService {
  /** Of the unit. */
  readonly path: string;
  readonly bun: string;
  readonly flags: readonly string[];
  readonly script: string;
}

function requireWord(path: string): void {
  if (fitsInUnit(path)) return;
  throw new SetupRefusal(
    `${JSON.stringify(path)} cannot be named in a systemd unit: no unit was made. Rename the folder, then run setup again.`,
  );
}

const unit = (
  project: ProjectFolder,
  { bun, flags, script }: SystemdService,
): string => `# Made by bun-watchdog setup --service systemd.
[Unit]
Description=bun-watchdog: keeps this account's Bun processes under control

[Service]
WorkingDirectory=${unitPathText(project.root)}
ExecStart=${[bun, ...flags, script].map(unitArgument).join(" ")} --yes
Restart=on-failure
RestartSec=5
# it waits for the grace of what it is stopping
TimeoutStopSec=30
KillMode=mixed

[Install]
WantedBy=default.target
`;

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
  const text = unit(project, service);
  const file = ownFile(text, {
    path: service.path,
    what: "systemd user unit",
    ifKept: "the unit can still be started",
  });
  return {
    edits: [
      {
        ...file,
        add: (present) => {
          requireWord(project.root);
          return file.add(present);
        },
      },
    ],
    notes: [
      `Start it: systemctl --user daemon-reload && systemctl --user enable --now ${unitName(service.path)}`,
    ],
  };
}
