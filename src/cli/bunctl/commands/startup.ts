/** `startup` and `unstartup`: the manager begins with the machine, through systemd. */
import { existsSync, mkdirSync, realpathSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { replaceFile } from "../../../record/replace-file.ts";
import { CommandError, workingDirectory } from "../../../text/errors.ts";
import { ownAccountName } from "../../../trust/accounts.ts";
import { ownUid } from "../../../trust/open.ts";
import { OWN_FLAGS } from "../../../trust/own-bun.ts";
import { homeOf } from "../../../trust/state.ts";
import { typed } from "../../../trust/typed.ts";
import { startupPath, startupText, type StartupUnit } from "../../../manager/startup.ts";
import type { Declaration, DeclaredOption } from "../../declaring.ts";
import { packageFile } from "../../../trust/package-file.ts";
import { lastingCommand } from "../../../setup/parts/lasting.ts";

interface StartupOptions {
  readonly print?: boolean;
  readonly system?: boolean;
}

const SYSTEM: DeclaredOption = [
  "--system",
  "a unit of the machine, for this account (root); else one of this account",
];

/** By a path that stays when the package, or Bun, is updated. */
function manager(): readonly string[] {
  const own = { package: realpathSync(packageFile(".")), bun: [process.execPath, ...OWN_FLAGS] };
  const found = lastingCommand("bunctl", own, workingDirectory());
  if (found !== null) return found;
  throw new CommandError(
    `${own.package} is a cache, and a unit would lose what it starts with it. Install bun-watchdog, then try again.`,
  );
}

const unitOf = ({ system = false }: StartupOptions): StartupUnit => ({
  account: system ? ownAccountName() : null,
  home: homeOf(ownUid(), process.env),
  argv: [...manager(), "daemon", "run", "--resurrect"],
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
  for (const args of enabling(path)) systemctl(unit, args, enabling(path));
  if (unit.account === null)
    console.log(`A user unit starts when somebody logs in. To start it before: loginctl enable-linger`);
  return 0;
}

const enabling = (path: string): readonly (readonly string[])[] => [
  ["daemon-reload"],
  ["enable", basename(path)],
];

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

/** @throws CommandError with `all` the commands that are to be given by hand */
function systemctl(
  { account }: StartupUnit,
  args: readonly string[],
  all: readonly (readonly string[])[] = [args],
): void {
  const argvOf = (words: readonly string[]): readonly string[] => [
    "systemctl",
    ...(account === null ? ["--user"] : []),
    ...words,
  ];
  const found = Bun.which("systemctl");
  const result =
    found === null
      ? null
      : Bun.spawnSync([...argvOf(args)], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  if (result?.exitCode === 0) return;
  const why = result === null ? "systemctl is not installed" : result.stderr.toString().trim();
  const byHand = all.map((words) => argvOf(words).join(" ")).join(" && ");
  throw new CommandError(
    `${argvOf(args).join(" ")} failed: ${why}. Where systemd runs: ${byHand}. In a container, ${typed("runtime", "bunctl")} starts the apps.`,
  );
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
