/** The package scripts. One of the same name that says something else is shown and stays, unless forced. */
import { join } from "node:path";
import { jsonValue, withJsonValue } from "../../config/json-edit.ts";
import type { Part } from "../edit.ts";
import type { Project } from "../project.ts";

const COMMANDS = ["cleanup", "monitor", "status"] as const;

/** A project calls the installed program; this repository has it at hand. */
export const callOf = (command: string, { isOurs }: Pick<Project, "isOurs">): string =>
  `${isOurs ? "bun run scripts/fix-runaway-bun.ts" : "bun-watchdog"} ${command}`;

export function packageScripts(project: Project, force: boolean): Part {
  const wanted = COMMANDS.map((command) => ({
    path: ["scripts", `bun:${command}`],
    value: callOf(command, project),
  }));
  const differing = wanted.filter(({ path, value }) => {
    const present = jsonValue(project.manifest, path);
    return present !== undefined && present !== value;
  });
  const ours = force ? wanted : wanted.filter((each) => !differing.includes(each));
  return {
    edits: [
      {
        path: join(project.root, "package.json"),
        what: "package scripts",
        add: (text) => ours.reduce((now, { path, value }) => addOnce(now, path, value), text ?? "{}"),
        remove: (text) =>
          wanted.reduce(
            (now, { path, value }) =>
              jsonValue(now, path) === value ? withJsonValue(now, path, undefined) : now,
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

/** An unchanged value leaves the text alone, to the letter. */
const addOnce = (text: string, path: readonly string[], value: string): string =>
  jsonValue(text, path) === value ? text : withJsonValue(text, path, value);
