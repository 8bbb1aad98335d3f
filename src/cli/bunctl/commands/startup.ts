/** `startup` and `unstartup`: the manager begins with the machine, through systemd. */
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { replaceFile } from "../../../record/replace-file.ts";
import { CommandError } from "../../../text/errors.ts";
import { ownAccountName } from "../../../trust/accounts.ts";
import { ownUid } from "../../../trust/open.ts";
import { ownCommand } from "../../../trust/own-bun.ts";
import { homeOf } from "../../../trust/state.ts";
import { typed } from "../../../trust/typed.ts";
import { startupPath, startupText, type StartupUnit } from "../../../manager/startup.ts";
import type { Declaration, DeclaredOption } from "../../declaring.ts";
import { SCRIPT } from "../manager.ts";

interface StartupOptions {
  readonly print?: boolean;
  readonly system?: boolean;
}

const SYSTEM: DeclaredOption = [
  "--system",
  "a unit of the machine, for this account (root); else one of this account",
];

const unitOf = ({ system = false }: StartupOptions): StartupUnit => ({
  account: system ? ownAccountName() : null,
  home: homeOf(ownUid(), process.env),
  argv: [...ownCommand(SCRIPT, "daemon", "run"), "--resurrect"],
  path: process.env["PATH"] ?? "",
});

/** Exit 1 where the unit is written and systemd does not take it. */
async function startup(options: StartupOptions): Promise<number> {
  const unit = unitOf(options);
  const text = startupText(unit);
  if (options.print === true) {
    console.log(text.trimEnd());
    return 0;
  }
  const path = startupPath(unit);
  mkdirSync(dirname(path), { recursive: true });
  replaceFile(path, text);
  console.log(
    `${path} is written. What runs after a start of the machine: what ${typed("save", "bunctl")} has kept.`,
  );
  systemctl(unit, ["daemon-reload"]);
  systemctl(unit, ["enable", basename(path)]);
  if (unit.account === null)
    console.log(`A user unit starts when somebody logs in. To start it before: loginctl enable-linger`);
  return 0;
}

async function unstartup(options: StartupOptions): Promise<number> {
  const unit = unitOf(options);
  const path = startupPath(unit);
  if (!existsSync(path)) {
    console.log(`There is no ${path}: nothing starts with the machine.`);
    return 0;
  }
  try {
    systemctl(unit, ["disable", basename(path)]);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    console.error(`warning: ${error.message}`);
  }
  const wants = join(dirname(path), `${unit.account === null ? "default" : "multi-user"}.target.wants`);
  for (const each of [join(wants, basename(path)), path]) rmSync(each, { force: true });
  console.log(`${path} is removed. The manager that runs goes on: ${typed("kill", "bunctl")} ends it.`);
  return 0;
}

/** @throws CommandError with the command, to be called by hand */
function systemctl({ account }: StartupUnit, args: readonly string[]): void {
  const argv = ["systemctl", ...(account === null ? ["--user"] : []), ...args];
  const found = Bun.which("systemctl");
  const result =
    found === null ? null : Bun.spawnSync([...argv], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  if (result?.exitCode === 0) return;
  const why = result === null ? "systemctl is not installed" : result.stderr.toString().trim();
  throw new CommandError(`${argv.join(" ")} failed: ${why}. Where systemd runs, call it by hand.`);
}

export const startupCommand: Declaration = {
  options: [SYSTEM, ["--print", "print the unit and write nothing"]],
  examples: [["startup", "a user unit; it brings back what `save` has kept"]],
  run: startup,
};

export const unstartupCommand: Declaration = {
  options: [SYSTEM],
  examples: [["unstartup", "removes the unit"]],
  run: unstartup,
};
