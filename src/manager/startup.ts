/** A systemd unit that starts the manager of an account with the machine, and what was saved with it. */
import { join } from "node:path";
import { CommandError } from "../text/errors.ts";
import { fitsInUnit, unitArgument, unitPathText, unitWord } from "../text/systemd.ts";

export interface StartupUnit {
  /** null = a user unit; else a system unit for that account. */
  readonly account: string | null;
  readonly home: string;
  /** Program and arguments that run the manager in the foreground. */
  readonly argv: readonly string[];
  /** PATH of the shell, by which apps find their programs. */
  readonly path: string;
}

/** @throws CommandError for a path that no line of a unit can hold */
export function startupText({ account, home, argv, path }: StartupUnit): string {
  for (const part of [...argv, path, home]) requireOneLine(part);
  return `# Made by bunctl startup; bunctl unstartup takes it away.
[Unit]
Description=bunctl: manager of ${account === null ? "this account's" : `${account}'s`} apps
After=network.target

[Service]
Type=exec
${account === null ? "" : `User=${account}\n`}WorkingDirectory=${unitPathText(home)}
Environment=${unitWord(`PATH=${path}`)}
ExecStart=${argv.map(unitArgument).join(" ")}
# apps outlive their manager, and the next one adopts them
KillMode=process
Delegate=yes
Restart=on-failure

[Install]
WantedBy=${account === null ? "default.target" : "multi-user.target"}
`;
}

export const startupPath = ({ account, home }: Pick<StartupUnit, "account" | "home">): string =>
  account === null
    ? join(home, ".config", "systemd", "user", "bunctl.service")
    : `/etc/systemd/system/bunctl-${account}.service`;

function requireOneLine(text: string): void {
  if (fitsInUnit(text)) return;
  throw new CommandError(
    `${JSON.stringify(text)} cannot be named in a systemd unit: no unit was made. Rename the folder, then try again.`,
  );
}
