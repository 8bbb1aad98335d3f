/** The commands about config files: made, checked, carried over to other tools. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { exportCompose } from "../../../config/apps/export/compose.ts";
import type { Exported } from "../../../config/apps/export/exported.ts";
import { exportKubernetes } from "../../../config/apps/export/kubernetes.ts";
import { exportSystemd } from "../../../config/apps/export/systemd.ts";
import { planImport } from "../../../config/apps/from-ecosystem.ts";
import { planInit, writeInit, type InitPlan } from "../../../config/apps/init.ts";
import type { AppSpec } from "../../../core/app/app-spec.ts";
import { UsageError, workingDirectory } from "../../../text/errors.ts";
import { ownAccountName } from "../../../trust/accounts.ts";
import { ownUid } from "../../../trust/open.ts";
import { JSON_OPTION, type Declaration } from "../../declaring.ts";
import type { DeclaringFlags } from "../app-files.ts";
import { appsOfFile, surroundings, warn } from "../declared-apps.ts";

interface InitFlags {
  readonly name?: string;
  readonly entry?: string;
  readonly port?: string;
  readonly memory?: string;
  readonly cpu?: string;
  readonly ecosystem?: boolean;
  readonly fromEcosystem?: string;
  readonly force?: boolean;
}

async function init({ fromEcosystem, force = false, ...values }: InitFlags): Promise<number> {
  const plan: InitPlan =
    fromEcosystem === undefined
      ? planInit({ directory: workingDirectory(), ...values })
      : await importPlan(fromEcosystem, values);
  writeInit(plan, force, ownUid());
  console.log([`${plan.path} is written.`, ...plan.notes].join("\n"));
  return 0;
}

async function importPlan(file: string, others: object): Promise<InitPlan> {
  const [other] = Object.entries(others).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (other !== undefined)
    throw new UsageError(`--from-ecosystem takes everything from ${file}: leave --${other} out.`);
  const plan = await planImport({ ...surroundings({}), file });
  if (plan.printed !== "") console.error(plan.printed.trimEnd());
  warn(plan.warnings);
  return plan;
}

export const initCommand: Declaration = {
  options: [
    ["--name <name>", "the app's name; else the package's"],
    ["--entry <file>", "what is run; else it is looked for"],
    ["--port <port>", "as PORT in its environment"],
    ["--memory <size>", "its memory limit: 512M"],
    ["--cpu <percent>", "its CPU limit; 100 = one core"],
    ["--ecosystem", "an ecosystem.config.js, which PM2 reads too"],
    ["--from-ecosystem <file>", "the apps of a PM2 file"],
    ["-f, --force", "overwrite the file that is there"],
  ],
  examples: [
    ["init", "a bunctl.json with the entry that is found"],
    ["init --name api --entry src/server.ts --memory 1G", "with values of your own"],
    ["init --from-ecosystem ecosystem.config.js", "from PM2"],
  ],
  run: init,
};

interface FileFlags extends DeclaringFlags {
  readonly json?: boolean;
}

const ofFile = (file: string | undefined, flags: DeclaringFlags) =>
  appsOfFile(file === undefined ? flags : { ...flags, config: file }, null, true);

/** Exit 2 when something is wrong with it. */
async function check(file: string | undefined, flags: FileFlags): Promise<number> {
  const { source, apps } = await ofFile(file, flags);
  // the shell's variables are no part of the file, and have secrets
  const declared = apps.map(({ shellEnv: _shellEnv, ...app }) => app);
  if (flags.json === true) console.log(JSON.stringify({ schemaVersion: 1, source, apps: declared }));
  else
    console.log(
      [`${source} is fine: ${apps.map(({ name }) => name).join(", ")}`, ...apps.flatMap(sharingNote)].join(
        "\n",
      ),
    );
  return 0;
}

/** PM2's cluster module shares the port of any app; here the app itself does. */
const sharingNote = ({ name, execMode, instances, incrementVariable }: AppSpec): readonly string[] =>
  execMode !== "cluster" || instances === 1 || incrementVariable !== null
    ? []
    : [
        `${name}: its instances share a port only where the app listens with reusePort: true, as Bun.serve can`,
        "  and Express and Fastify cannot on Bun: see docs/replace-pm2.md, One port for several instances",
      ];

const FILE: NonNullable<Declaration["argument"]> = ["[file]", "none = the nearest one"];
const ENV = ["--env <name>", "with what env_<name> of the file adds"] as const;

export const appConfigCommand: Declaration = {
  commands: {
    check: {
      summary: "read a config file, and say what is wrong with it",
      argument: FILE,
      options: [ENV, JSON_OPTION],
      examples: [
        ["config check", "the file that start would take"],
        ["config check --json | jq .apps", "every app with every default filled in"],
      ],
      run: check,
    },
  },
};

interface ExportFlags extends DeclaringFlags {
  readonly system?: boolean;
  readonly to?: string;
  readonly force?: boolean;
}

/** Files to standard output, one after the other, or into a folder; what is lost on the way, to standard error. */
const exporting = (
  format: string,
  summary: string,
  exported: (apps: readonly AppSpec[], flags: ExportFlags) => Exported,
) => ({
  summary,
  argument: FILE,
  examples: [[`export ${format} --to units`, `${summary}, into a folder`]] as const,
  options: [
    ENV,
    ["--to <folder>", "write the files there; else they are printed"],
    ["-f, --force", "overwrite files that are there"],
    ["--system", "units of the machine instead of the account's (systemd)"],
  ] as const,
  run: async (file: string | undefined, flags: ExportFlags) => {
    const { files, notes } = exported((await ofFile(file, flags)).apps, flags);
    if (flags.to === undefined)
      console.log(
        files
          .map(({ name, text }) => (files.length > 1 ? `# ${name}\n${text}` : text))
          .join("\n")
          .trimEnd(),
      );
    else writeAll(resolve(flags.to), files, flags.force === true);
    for (const note of notes) console.error(note);
    return 0;
  },
});

/** @throws UsageError: one of them is there already; none is written then */
function writeAll(folder: string, files: Exported["files"], overwrite: boolean): void {
  mkdirSync(folder, { recursive: true });
  const there = overwrite ? undefined : files.find(({ name }) => existsSync(join(folder, name)));
  if (there !== undefined)
    throw new UsageError(
      `${join(folder, there.name)} is there already, and was left alone. Write --force to overwrite it.`,
    );
  for (const { name, text } of files) {
    writeFileSync(join(folder, name), text);
    console.log(join(folder, name));
  }
}

/** null: it is not here, or says nothing. */
function systemdVersion(): number | null {
  if (Bun.which("systemctl") === null) return null;
  const { stdout } = Bun.spawnSync(["systemctl", "--version"], { stdin: "ignore", stderr: "ignore" });
  const version = /^systemd (\d+)/u.exec(stdout.toString())?.[1];
  return version === undefined ? null : Number(version);
}

export const exportCommand: Declaration = {
  commands: {
    systemd: exporting("systemd", "units of systemd", (apps, { system = false }) =>
      exportSystemd(apps, { account: system ? ownAccountName() : null, version: systemdVersion() }),
    ),
    compose: exporting("compose", "a Compose file", (apps) => exportCompose(apps)),
    kubernetes: exporting("kubernetes", "Kubernetes objects", (apps) => exportKubernetes(apps)),
  },
};
