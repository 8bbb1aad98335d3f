/** What every setup puts in: `.kiro/bun-process-config.json`, the package scripts, and what git is to ignore. */
import { join } from "node:path";
import { DEFAULTS } from "../../config/schema/defaults.ts";
import { jsonValue } from "../../config/syntax/json-edit.ts";
import { type Added, asItIs, made, NOTHING, ownFile, type Part } from "../edit.ts";
import { SetupRefusal } from "../refusal.ts";
import { putValue, type Undo } from "../undo.ts";
import type { ProjectFolder } from "../project.ts";
import { typed } from "../../trust/typed.ts";

const SCHEMA = "../node_modules/bun-watchdog/config/bun-process-config.schema.json";
const OWN_SCHEMA = "../config/bun-process-config.schema.json";

export function configFile(project: ProjectFolder): Part {
  const schema = project.isOurs ? OWN_SCHEMA : SCHEMA;
  const limits = Object.fromEntries(FIVE_KEYS.map((key) => [key, DEFAULTS[key]]));
  const fresh = `${JSON.stringify({ $schema: schema, ...limits }, null, 2)}\n`;
  const path = join(project.root, ".kiro", "bun-process-config.json");
  const place = ["$schema"];
  return {
    edits: [
      ownFile(
        fresh,
        {
          path,
          what: "limits",
          ifKept: "its limits are still in force here",
        },
        (text) => {
          if (text.trim() === "") return { text: fresh, undo: [made(fresh)] };
          if (jsonValue(text, []) === undefined)
            throw new SetupRefusal(`.kiro/bun-process-config.json is no JSON. See: ${typed("config check")}`);
          return jsonValue(text, place) === undefined ? putValue(path, text, place, schema) : asItIs(text);
        },
      ),
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
        add: (text) => withLines(text),
        // somebody's own lines are spelled the same
        marks: [],
      },
    ],
    notes: [],
  };
}

function withLines(text: string | null): Added {
  const now = text ?? "";
  const missing = LINES.filter((line) => !coveredBy(line).some((each) => linesOf(now).includes(each)));
  if (missing.length === 0) return asItIs(now);
  const eol = now.includes("\r\n") ? "\r\n" : "\n";
  const gap = now === "" || now.endsWith("\n") ? "" : eol;
  return {
    text: now + gap + missing.map((line) => line + eol).join(""),
    undo: [
      ...(text === null ? [made("")] : []),
      ...missing.map((line): Undo => ({ kind: "line", text: line })),
    ],
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
        add: (text) => {
          let now: Added = asItIs(text ?? "{}");
          for (const { path, value } of ours) {
            const next = putValue(file, now.text, path, value);
            now = { text: next.text, undo: [...now.undo, ...next.undo] };
          }
          return now;
        },
        marks: wanted.map(({ path, value }) => ({ kind: "value", place: path, after: value, known: 1 })),
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
