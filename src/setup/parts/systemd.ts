/** A systemd user unit: the monitor of this account, started with the session and again should it fail. */
import { join } from "node:path";
import { fitsInUnit, unitArgument, unitPathText } from "../../text/systemd.ts";
import { ownFile, type Part, SetupRefusal } from "../edit.ts";
import type { ProjectFolder } from "../project.ts";

export interface SystemdService {
  readonly home: string;
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

export const unitPath = (home: string): string =>
  join(home, ".config", "systemd", "user", "bun-watchdog.service");

/** Says what its removal leaves to a person: a unit that was enabled is linked to, and may run. */
export const unitFarewell = (removed: readonly string[], home: string): readonly string[] =>
  removed.includes(unitPath(home)) ? ["If it was enabled: systemctl --user disable --now bun-watchdog"] : [];

export function systemdUnit(project: ProjectFolder, service: SystemdService): Part {
  const text = unit(project, service);
  return {
    edits: [
      {
        ...ownFile(text, {
          path: unitPath(service.home),
          what: "systemd user unit",
          ifKept: "the unit can still be started",
        }),
        add: () => {
          requireWord(project.root);
          return text;
        },
      },
    ],
    notes: ["Start it: systemctl --user daemon-reload && systemctl --user enable --now bun-watchdog"],
  };
}
