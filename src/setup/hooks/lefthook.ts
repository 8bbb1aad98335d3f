/** lefthook's own configuration: one more command, put in as lines so that the rest stays as it was written. */
import { extname, join } from "node:path";
import { entryExists } from "../../config/files/directories.ts";
import type { Git } from "../git.ts";
import { hasDependency, packagesOf, type ProjectFolder } from "../project.ts";
import { jsonValue } from "../../config/syntax/json-edit.ts";
import { type YamlPlace, yamlPlace } from "../../config/syntax/yaml-place.ts";
import { withBlock, withoutBlock } from "../block.ts";
import { type Added, asItIs, type Edit, made } from "../edit.ts";
import { SetupRefusal } from "../refusal.ts";
import { putValue, type Undo } from "../undo.ts";
import type { HookName, OurLines } from "./call.ts";
import type { Managed } from "./managed.ts";

const DIRECTORIES = ["", ".config/"];
const EXTENSIONS = ["yml", "yaml", "json", "jsonc", "toml"];
/** The names lefthook looks for, in its order. */
const LEFTHOOK_FILES: readonly string[] = DIRECTORIES.flatMap((directory) =>
  EXTENSIONS.flatMap((extension) => [
    `${directory}lefthook.${extension}`,
    `${directory}.lefthook.${extension}`,
  ]),
);

export function lefthookFile(
  project: ProjectFolder,
  git: Git,
  hook: HookName,
  lines: OurLines,
): Managed | null {
  const file = LEFTHOOK_FILES.map((name) => join(git.top, name)).find(entryExists);
  if (file === undefined && !packagesOf(project, git).some((each) => hasDependency(each, "lefthook")))
    return null;
  const edit = lefthook(file ?? join(git.top, "lefthook.yml"), hook, lines);
  return { name: "lefthook", edits: [edit], notes: [], mark: "lefthook", moves: true };
}

/** The command has the name of the block: two projects of a repository have one each. */
export function lefthook(path: string, hook: string, lines: OurLines): Edit {
  const edit = { path, what: `${hook} hook of lefthook`, marks: [] };
  switch (extname(path)) {
    case ".yml":
    case ".yaml":
      return { ...edit, ...inYaml(path, hook, lines) };
    case ".json":
    case ".jsonc":
      return { ...edit, ...inJson(path, hook, lines) };
    default:
      return {
        ...edit,
        add: () => {
          throw byHand(path, hook, lines);
        },
      };
  }
}

const byHand = (path: string, hook: string, { call }: OurLines): SetupRefusal =>
  new SetupRefusal(
    `${path} cannot be added to safely and stays as it is. Add to ${hook}, as a command: ${call}`,
  );

function inJson(path: string, hook: string, lines: OurLines): Pick<Edit, "add" | "marks"> {
  const { block, call } = lines;
  const place = [hook, "commands", block];
  return {
    add: (text) => {
      const now = text ?? "{}";
      if (jsonValue(now, [hook, "jobs"]) !== undefined) throw byHand(path, hook, lines);
      return jsonValue(now, [...place, "run"]) === call
        ? asItIs(now)
        : putValue(path, now, place, { run: call });
    },
    marks: [{ kind: "value", place, after: { run: call }, known: place.length - 1 }],
  };
}

function inYaml(path: string, hook: string, lines: OurLines): Pick<Edit, "add" | "marks"> {
  const undo: Undo = { kind: "block", name: lines.block, call: lines.call };
  return {
    add: (text): Added => {
      const next = addToYaml(text ?? "", path, hook, lines);
      if (next === text) return asItIs(text);
      return { text: next, undo: text === null ? [made(""), undo] : [undo] };
    },
    marks: [made(""), undo],
  };
}

function addToYaml(text: string, path: string, hook: string, lines: OurLines): string {
  const { block, call } = lines;
  const bare = withoutBlock(text, block);
  const put = ({ offset, indent }: YamlPlace, added: readonly string[]): string =>
    withBlock(bare, offset, block, added, " ".repeat(indent));
  const run = `run: ${JSON.stringify(call)}`;
  const name = /^[\w-]+$/u.test(block) ? block : JSON.stringify(block);

  const jobs = yamlPlace(bare, [hook, "jobs"]);
  if (typeof jobs === "object") return put(jobs, [`- name: ${name}`, `  ${run}`]);
  const commands = yamlPlace(bare, [hook, "commands"]);
  if (typeof commands === "object") return put(commands, [`${name}:`, `  ${run}`]);
  if (jobs === "elsewhere" || commands === "elsewhere") throw byHand(path, hook, lines);
  const whole = yamlPlace(bare, [hook]);
  if (whole === "elsewhere") throw byHand(path, hook, lines);
  const own = ["commands:", `  ${name}:`, `    ${run}`];
  if (whole === "absent")
    return withBlock(bare, bare.length, block, [`${hook}:`, ...own.map((line) => `  ${line}`)]);
  return put(whole, own);
}
