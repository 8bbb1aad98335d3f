/** Finds what is executed for an app: its program and arguments, without a shell. */
import { basename, extname, join } from "node:path";
import { scriptOf } from "../../core/process/script.ts";
import { isRecord, parsedJson } from "../../text/json.ts";
import { orElse } from "../../text/system-error.ts";
import { readRegular } from "../../trust/open.ts";
import type { Declared } from "./keys/all.ts";
import { splitCommand } from "../../text/split-command.ts";
import { kindOfFile } from "../files/directories.ts";
import { headOf, inHome, isExecutable, personsBun, type Surrounds, which } from "./which.ts";

export interface AppProgram {
  readonly argv: readonly string[];
  /** The file that people call the app by; null = the app is a command. */
  readonly script: string | null;
  /** The runtime that the app's arguments may rely on. */
  readonly runtime: "bun" | "node" | "other";
  readonly warnings: readonly Trouble[];
}

/** Tells why the app cannot be started, and what would help; `key` is the key that says so. */
export interface Trouble {
  readonly key: "script" | "command" | "interpreter" | "interpreter_args";
  readonly message: string;
  readonly next: string;
}

const JAVASCRIPT = /^\.[cm]?[jt]sx?$/u;

/** The interpreters are PM2's, except for JavaScript, which Bun runs. */
const BY_ENDING: Readonly<Record<string, readonly string[]>> = {
  ".sh": ["bash", "sh"],
  ".py": ["python", "python3"],
  ".rb": ["ruby"],
  ".php": ["php"],
  ".pl": ["perl"],
  ".coffee": ["coffee"],
  ".ls": ["lsc"],
};

type Resolved = AppProgram | Trouble;

export const isTrouble = (resolved: Resolved): resolved is Trouble => "message" in resolved;

export function programOf(declared: Declared, surrounds: Surrounds): Resolved {
  const { script, command, args = [] } = declared;
  if (script === undefined && command !== undefined)
    return commanded("command", command, declared, surrounds);
  if (script === undefined)
    return {
      key: "script",
      message: "is missing, and there is no command either",
      next: "say what is run: script or command",
    };
  const path = inHome(script, surrounds.cwd);
  const kind = kindOfFile(path);
  if (kind === "file") return scripted(path, declared, surrounds);
  if (kind === "folder") {
    const entry = entryOf(path);
    if (entry !== null) return scripted(entry, declared, surrounds);
    return {
      key: "script",
      message: `${path} is a folder without an entry`,
      next: "name the file, or give the folder a package.json with main, or an index.ts or index.js",
    };
  }
  if (/\s/u.test(script.trim())) return commanded("script", script, declared, surrounds);
  const onPath = script.includes("/") ? null : called(script, surrounds);
  if (onPath === null) return missingScript(script, path);
  // PM2 lets an interpreter read it; a binary cannot be read
  const isText = !headOf(onPath).startsWith("\x7fELF");
  if (declared.interpreter !== undefined && isText) return scripted(onPath, declared, surrounds);
  return commandOf([onPath, ...args], declared, surrounds);
}

function missingScript(script: string, path: string): Trouble {
  const variant = [".ts", ".js", ".tsx", ".mjs"].find((ending) => kindOfFile(path + ending) === "file");
  return {
    key: "script",
    message: `"${script}" does not exist: ${path}${script.includes("/") ? "" : ", and no program on PATH is called so"}`,
    next: variant === undefined ? "correct the path; it starts at cwd" : `did you mean ${script}${variant}?`,
  };
}

function commanded(
  key: "command" | "script",
  text: string,
  declared: Declared,
  surrounds: Surrounds,
): Resolved {
  const split = splitCommand(text);
  if (!split.ok)
    return {
      key,
      message: `${split.operator} is ${split.what}, and no shell reads this`,
      next: `quote it if the program is to get it as it is; else make a package script of the command ("bun run <name>"), or name the shell: sh -c '…'`,
    };
  const [name = "", ...words] = split.words;
  if (name === "")
    return { key, message: "names no program", next: 'write one, such as "bun run src/server.ts"' };
  const program = called(name, surrounds);
  if (program === null) return noProgram(key, name, surrounds);
  return commandOf([program, ...words, ...(declared.args ?? [])], declared, surrounds);
}

const called = (name: string, surrounds: Surrounds): string | null =>
  name === "bun" ? personsBun(surrounds) : which(name, surrounds);

function commandOf(
  argv: readonly [string, ...string[]],
  { interpreter = "none" }: Declared,
  { cwd }: Surrounds,
): AppProgram {
  const runtime = runtimeOf(argv[0]);
  const named = runtime === "other" ? null : scriptOf([runtime, ...argv.slice(1)]);
  const path = named === null ? null : inHome(named, cwd);
  const script = path !== null && kindOfFile(path) === "file" ? path : null;
  const warning = {
    key: "interpreter",
    message: "is passed over: a command is executed itself",
    next: "leave it out",
  } as const;
  return { argv, script, runtime, warnings: interpreter === "none" ? [] : [warning] };
}

function noProgram(key: Trouble["key"], name: string, { cwd }: Surrounds): Trouble {
  const path = inHome(name, cwd);
  const isPath = name.includes("/");
  if (isPath && kindOfFile(path) === "file")
    return { key, message: `${path} may not be executed`, next: `chmod +x ${path}, or name what runs it` };
  return {
    key,
    message: isPath ? `${path} does not exist` : `no program on PATH is called "${name}"`,
    next: isPath ? "correct the path; it starts at cwd" : "install it, or write its path",
  };
}

function scripted(path: string, declared: Declared, surrounds: Surrounds): Resolved {
  const { args = [], interpreter, interpreter_args: flags = [] } = declared;
  const found =
    interpreter === undefined
      ? interpreterFor(path, surrounds)
      : namedInterpreter(interpreter, path, surrounds);
  if (typeof found === "object" && found !== null) return found;
  if (found === null) {
    const warnings: readonly Trouble[] =
      flags.length === 0
        ? []
        : [
            {
              key: "interpreter_args",
              message: "has no effect: the script is executed itself",
              next: "say which interpreter",
            },
          ];
    return { argv: [path, ...args], script: path, runtime: "other", warnings };
  }
  return {
    argv: [found, ...flags, path, ...args],
    script: path,
    runtime: runtimeOf(found),
    warnings: [],
  };
}

/** null: the file is executed itself. */
function interpreterFor(path: string, surrounds: Surrounds): string | null | Trouble {
  const ending = extname(path);
  if (JAVASCRIPT.test(ending)) return personsBun(surrounds);
  const names = BY_ENDING[ending];
  if (names !== undefined) {
    const found = names.map((name) => which(name, surrounds)).find((each) => each !== null);
    return found ?? noProgram("interpreter", names[0] ?? "", surrounds);
  }
  if (isExecutable(path)) return null;
  const head = headOf(path);
  // such a file is bin/www of a web framework: JavaScript without an ending and without the right to be
  // executed
  if (!head.startsWith("\x7fELF") && !/^#!(?!.*\b(?:node|bun|deno)\b)/u.test(head))
    return personsBun(surrounds);
  return noProgram("script", path, surrounds);
}

function namedInterpreter(name: string, path: string, surrounds: Surrounds): string | null | Trouble {
  if (name === "none") return isExecutable(path) ? null : noProgram("script", path, surrounds);
  if (name.startsWith("node@"))
    return {
      key: "interpreter",
      message: `"${name}" would have PM2 install that Node with nvm`,
      next: `install it, and write the path of its node`,
    };
  return called(name, surrounds) ?? noProgram("interpreter", name, surrounds);
}

const runtimeOf = (program: string): AppProgram["runtime"] => {
  const name = basename(program);
  return name === "bun" || program === process.execPath ? "bun" : name === "node" ? "node" : "other";
};

const INDEX = ["ts", "tsx", "mts", "js", "jsx", "mjs", "cjs"].map((ending) => `index.${ending}`);

/** Finds the entry as `bun <folder>` and `node <folder>` find it. */
function entryOf(folder: string): string | null {
  const text = orElse(null, () => readRegular(join(folder, "package.json")));
  const described = text === null ? null : parsedJson(text);
  const named = isRecord(described) ? [described["module"], described["main"]] : [];
  const candidates = [...named.filter((each) => typeof each === "string"), ...INDEX];
  for (const candidate of candidates) {
    const path = join(folder, candidate);
    if (kindOfFile(path) === "file") return path;
    const inside = INDEX.map((index) => join(path, index)).find((each) => kindOfFile(each) === "file");
    if (inside !== undefined && candidate !== "") return inside;
  }
  return null;
}
