/** These keys say what is executed, where, with which variables, and how often. */
import {
  textValue,
  either,
  type ValueKind,
  nameText,
  oneWord,
  Refusal,
  texts,
  wholeNumber,
  yesNo,
} from "../kind.ts";
import { splitWords } from "../../../text/split-command.ts";
import { isRecord } from "../../../text/json.ts";
import { ofOurs, ofPm2 } from "./key.ts";

const NAME = "[A-Za-z_][A-Za-z0-9_]*";

/** null: the file wants the variable unset. */
export type Variables = Readonly<Record<string, string | null>>;

/** As in PM2, a value that is no text is written as one, and objects as JSON. */
export const variables: ValueKind<Variables> = {
  allowed: 'an object of variables and their values, such as { "PORT": "3000" }',
  schema: { type: "object", additionalProperties: true },
  read: (value) => {
    if (!isRecord(value) || Array.isArray(value)) return new Refusal("is not an object");
    const found: Record<string, string | null> = Object.create(null);
    for (const [name, each] of Object.entries(value)) {
      if (name === "" || /[=\0]/u.test(name)) return new Refusal("is no name of a variable", [name]);
      const text = each === null ? null : typeof each === "string" ? each : JSON.stringify(each);
      if (text?.includes("\0") === true) return new Refusal("contains a NUL character", [name]);
      if (text !== undefined) found[name] = text;
    }
    return found;
  },
};

const variableName: ValueKind<string> = {
  allowed: "the name of a variable, such as PORT",
  schema: { type: "string", pattern: `^${NAME}$` },
  read: (value) =>
    typeof value === "string" && new RegExp(`^${NAME}$`, "u").test(value)
      ? value
      : new Refusal("is no name of a variable"),
};

/** "max" and 0 are all cores, -1 all but one. */
const instances: ValueKind<number | "max"> = {
  allowed:
    'a whole number from -1000 to 1000, or "max" (0 and "max" are as many as there are cores, -1 is one less)',
  schema: {
    anyOf: [
      { type: "integer", minimum: -1_000, maximum: 1_000 },
      { type: "string", pattern: "^(max|-?\\d+)$" },
    ],
  },
  read: (value) => (value === "max" ? value : wholeNumber(-1_000, 1_000, "instances").read(value)),
};

const execMode: ValueKind<"fork" | "cluster"> = {
  allowed: '"fork" or "cluster"',
  schema: { enum: ["fork", "cluster", "fork_mode", "cluster_mode"] },
  read: (value) =>
    oneWord("fork", "cluster").read(typeof value === "string" ? value.replace(/_mode$/u, "") : value),
};

const fileList = texts("a file", (text) => [text]);

export const programKeys = {
  name: ofPm2("name", nameText, "How the app is called in every command.", {
    differs: "Two apps of one file cannot have the same name.",
  }),
  script: ofPm2(
    "script",
    textValue,
    "The file that is run: a script, an executable, or a folder with an entry; or a command such as `bun run start`.",
    {
      also: ["exec"],
      differs:
        "A text with spaces is split into words and started without a shell; PM2 hands it to bash. Bun runs JavaScript as well as TypeScript.",
    },
  ),
  command: ofPm2(
    "command",
    textValue,
    "The program and its arguments, split by quoting rules. No shell reads it.",
    { also: ["cmd"], differs: "No shell reads it." },
  ),
  args: ofPm2(
    "args",
    texts("arguments", splitWords),
    "Arguments for the script: a text that is split by quoting rules, or a list.",
    {
      also: ["arguments"],
    },
  ),
  interpreter: ofPm2(
    "interpreter",
    textValue,
    "What runs the script: bun, node, another program on PATH, a path, or none (the script is executed itself).",
    {
      also: ["exec_interpreter"],
      differs:
        "Bun where nothing is said and the file is JavaScript or TypeScript; PM2 takes Node for JavaScript. `node@version` is refused: give the path.",
    },
  ),
  interpreter_args: ofPm2(
    "interpreter_args",
    texts("arguments", splitWords),
    "Arguments for the interpreter, before the script.",
    { also: ["node_args"], differs: "They reach Bun as they are, and Bun knows other flags than Node." },
  ),
  cwd: ofPm2("cwd", textValue, "The folder that the app works in; relative to the config file.", {
    differs: "The config file's folder where nothing is said; PM2 takes the shell's.",
  }),
  namespace: ofPm2("namespace", nameText, "A name for several apps, to select them by."),
  instances: ofPm2("instances", instances, "How many instances run; 1 otherwise.", {
    differs:
      "Each instance is a process of its own; they share a port by `reusePort`, and no cluster module is loaded.",
  }),
  exec_mode: ofPm2("exec_mode", execMode, "Kept and shown; every app runs as processes of its own.", {
    differs: "Nothing is injected for `cluster`: listen with `reusePort: true`.",
  }),
  env: ofPm2("env", variables, "Variables of the app, over those of the shell that started it."),
  env_file: ofPm2("env_file", fileList, "A file of NAME=value lines, or several; `env` stands above it.", {
    differs: "A file that is missing is an error.",
  }),
  filter_env: ofPm2(
    "filter_env",
    either('true, the beginning of a name, or a list of them, such as ["SECRET_"]', yesNo, fileList),
    "Takes variables of the shell out: true = all, or those whose names contain one of these texts.",
    { differs: "true takes all out, as PM2 documents it; PM2 7 does not. A single text is a list of one." },
  ),
  append_env_to_name: ofPm2(
    "append_env_to_name",
    yesNo,
    "Adds -<environment> to the name when --env names one.",
  ),
  increment_var: ofPm2("increment_var", variableName, "A variable that is one higher in each next instance."),
  instance_var: ofPm2(
    "instance_var",
    variableName,
    "The variable that tells an instance its number; NODE_APP_INSTANCE otherwise.",
  ),
  port: ofPm2("port", wholeNumber(0, 65_535, "a port"), "Sets the variable PORT."),
  depends_on: ofOurs(
    texts("names of apps", (text) => [text]),
    "Apps of this file that must be ready before this one starts.",
  ),
} as const;
