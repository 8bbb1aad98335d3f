/** lefthook's own configuration: one more command, put in as lines so that the rest stays as it was written. */
import { extname } from "node:path";
import { jsonValue } from "../../config/syntax/json-edit.ts";
import { type YamlPlace, yamlPlace } from "../../config/syntax/yaml-place.ts";
import { hasBlock, withBlock, withoutBlock } from "../block.ts";
import { type Edit, SetupRefusal, withChanged } from "../edit.ts";

const NAME = "bun-watchdog";

const DIRECTORIES = ["", ".config/"];
const EXTENSIONS = ["yml", "yaml", "json", "jsonc", "toml"];
/** The names lefthook looks for, in its order. */
export const LEFTHOOK_FILES: readonly string[] = DIRECTORIES.flatMap((directory) =>
  EXTENSIONS.flatMap((extension) => [
    `${directory}lefthook.${extension}`,
    `${directory}.lefthook.${extension}`,
  ]),
);

export function lefthook(path: string, hook: string, call: string): Edit {
  const edit = { path, what: `${hook} hook of lefthook` };
  switch (extname(path)) {
    case ".yml":
    case ".yaml":
      return {
        ...edit,
        add: (text) => addToYaml(text ?? "", path, hook, call),
        remove: (text) => withoutBlock(text) || null,
      };
    case ".json":
    case ".jsonc":
      return { ...edit, ...inJson(path, hook, call) };
    default:
      return {
        ...edit,
        add: () => {
          throw byHand(path, hook, call);
        },
        remove: (text) => text,
      };
  }
}

const byHand = (path: string, hook: string, call: string): SetupRefusal =>
  new SetupRefusal(
    `${path} cannot be added to safely and stays as it is. Add to ${hook}, as a command: ${call}`,
  );

function inJson(path: string, hook: string, call: string): Pick<Edit, "add" | "remove"> {
  const place = [hook, "commands", NAME];
  return {
    add: (text) => {
      const now = text ?? "{}";
      if (jsonValue(now, [hook, "jobs"]) !== undefined) throw byHand(path, hook, call);
      return jsonValue(now, [...place, "run"]) === call
        ? now
        : withChanged(path, now, place, () => ({ run: call }));
    },
    remove: (text) => withChanged(path, text, place, () => undefined),
  };
}

function addToYaml(text: string, path: string, hook: string, call: string): string {
  const bare = hasBlock(text) ? withoutBlock(text) : text;
  const put = ({ offset, indent }: YamlPlace, lines: readonly string[]): string =>
    withBlock(bare, offset, lines, " ".repeat(indent));
  const run = `run: ${JSON.stringify(call)}`;

  const jobs = yamlPlace(bare, [hook, "jobs"]);
  if (typeof jobs === "object") return put(jobs, [`- name: ${NAME}`, `  ${run}`]);
  const commands = yamlPlace(bare, [hook, "commands"]);
  if (typeof commands === "object") return put(commands, [`${NAME}:`, `  ${run}`]);
  if (jobs === "elsewhere" || commands === "elsewhere") throw byHand(path, hook, call);
  const whole = yamlPlace(bare, [hook]);
  if (whole === "elsewhere") throw byHand(path, hook, call);
  const own = ["commands:", `  ${NAME}:`, `    ${run}`];
  if (whole === "absent")
    return withBlock(bare, bare.length, [`${hook}:`, ...own.map((line) => `  ${line}`)]);
  return put(whole, own);
}
