/** What every setup puts in: `.kiro/bun-process-config.json`, the package scripts, and what git is to ignore. */
import { join } from "node:path";
import { DEFAULTS } from "../../config/schema/defaults.ts";
import { jsonValue } from "../../config/syntax/json-edit.ts";
import { NOTHING, ownFile, type Part, SetupRefusal, withChanged } from "../edit.ts";
import type { ProjectFolder } from "../project.ts";
import { typed } from "../../trust/typed.ts";

const SCHEMA = "../node_modules/bun-watchdog/config/bun-process-config.schema.json";
const OWN_SCHEMA = "../config/bun-process-config.schema.json";

export function configFile(project: ProjectFolder): Part {
  const schema = project.isOurs ? OWN_SCHEMA : SCHEMA;
  const limits = Object.fromEntries(FIVE_KEYS.map((key) => [key, DEFAULTS[key]]));
  const path = join(project.root, ".kiro", "bun-process-config.json");
  const fresh = `${JSON.stringify({ $schema: schema, ...limits }, null, 2)}\n`;
  return {
    edits: [
      {
        ...ownFile(fresh, {
          path,
          what: "limits",
          ifKept: "its limits are still in force here",
        }),
        add: (text) => {
          if (text === null || text.trim() === "") return fresh;
          if (jsonValue(text, []) === undefined)
            throw new SetupRefusal(`.kiro/bun-process-config.json is no JSON. See: ${typed("config check")}`);
          return withChanged(path, text, ["$schema"], (present) => present ?? schema);
        },
      },
    ],
    notes: [],
  };
}

const FIVE_KEYS = [
  "maxConcurrentProcesses",
  "maxCpuUsagePercent",
  "maxMemoryUsageMB",
  "processTimeoutMs",
  "monitoringIntervalMs",
] as const;

const LINES = [".kiro/logs/", ".kiro/state/"];

/** A pattern that covers a line, as people write it. */
const coveredBy = (line: string): readonly string[] => {
  const bare = line.replace(/\/$/u, "");
  return [line, bare, `/${line}`, `/${bare}`, ".kiro", ".kiro/", "/.kiro", "/.kiro/"];
};

const linesOf = (text: string): readonly string[] => text.split(/\r?\n/u).map((line) => line.trim());

export function gitignore(project: ProjectFolder): Part {
  if (project.git === null) return NOTHING;
  return {
    edits: [
      {
        path: join(project.root, ".gitignore"),
        what: "ignored files",
        add: (text) => {
          const now = text ?? "";
          const missing = LINES.filter(
            (line) => !coveredBy(line).some((each) => linesOf(now).includes(each)),
          );
          if (missing.length === 0) return now;
          const eol = now.includes("\r\n") ? "\r\n" : "\n";
          const gap = now === "" || now.endsWith("\n") ? "" : eol;
          return now + gap + missing.map((line) => line + eol).join("");
        },
        remove: (text) => {
          const rest = text.replace(/^\.kiro\/(?:logs|state)\/\r?\n/gmu, "");
          return rest === "" ? null : rest;
        },
      },
    ],
    notes: [],
  };
}

const COMMANDS = ["cleanup", "monitor", "status"] as const;

/** A project calls the installed program; this repository has it at hand. */
const callOf = (command: string, { isOurs }: Pick<ProjectFolder, "isOurs">): string =>
  `${isOurs ? "bun run scripts/fix-runaway-bun.ts" : "bun-watchdog"} ${command}`;

export function packageScripts(project: ProjectFolder, force: boolean): Part {
  const wanted = COMMANDS.map((command) => ({
    path: ["scripts", `bun:${command}`],
    value: callOf(command, project),
  }));
  const differing = wanted.filter(({ path, value }) => {
    const present = jsonValue(project.manifest, path);
    return present !== undefined && present !== value;
  });
  const ours = force ? wanted : wanted.filter((each) => !differing.includes(each));
  const file = join(project.root, "package.json");
  return {
    edits: [
      {
        path: file,
        what: "package scripts",
        add: (text) =>
          ours.reduce((now, { path, value }) => withChanged(file, now, path, () => value), text ?? "{}"),
        remove: (text) =>
          wanted.reduce(
            (now, { path, value }) =>
              withChanged(file, now, path, (present) => (present === value ? undefined : present)),
            text,
          ),
      },
    ],
    notes: force
      ? []
      : differing.map(({ path, value }) => {
          const present = JSON.stringify(jsonValue(project.manifest, path));
          return `The script "${path[1]}" is ${present} and stays; ours would be "${value}" (--force puts it there).`;
        }),
  };
}
