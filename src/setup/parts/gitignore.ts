/** What the watchdog writes is nothing to commit. */
import { join } from "node:path";
import type { Part } from "../edit.ts";
import { NOTHING } from "../edit.ts";
import type { Project } from "../project.ts";

const LINES = [".kiro/logs/", ".kiro/state/"];

/** A pattern that covers a line, as people write it. */
const coveredBy = (line: string): readonly string[] => {
  const bare = line.replace(/\/$/u, "");
  return [line, bare, `/${line}`, `/${bare}`, ".kiro", ".kiro/", "/.kiro", "/.kiro/"];
};

const linesOf = (text: string): readonly string[] => text.split(/\r?\n/u).map((line) => line.trim());

export function gitignore(project: Project): Part {
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
