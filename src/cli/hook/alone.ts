/**
 * The fast path of a clean-up in a git hook: most commits happen while no other Bun program of the project runs, and then
 * there is nothing to load a program for. One walk over /proc with the means of Bun alone. Whatever is not certain is
 * left to the whole program.
 */
import { existsSync } from "node:fs";
import { bearsOurName } from "../../core/process/ours.ts";
import { scriptOf } from "../../core/process/script.ts";
import { isOurScript, NAMES_A_FILE, scriptPath } from "../../os/script-path.ts";
import { baseName } from "../../text/path.ts";
import { BUN_NAMES } from "../../os/bun-names.ts";
import { linkAt, entriesAt, textAt } from "../../trust/small-files.ts";

/** It is gone, or somebody else's. */
const EXPECTED = ["ENOENT", "ESRCH", "EACCES", "EPERM"];
const DELETED = " (deleted)";
/** Any of these makes a folder the root of a project. */
const ROOTS = [".git", ".kiro"];

/** No Bun program of this project runs but what belongs to the commit itself; false also where that cannot be told. */
export function isAlone(cwd: string): boolean {
  const { pid, execPath } = process;
  const processes = (entriesAt("/proc", ...EXPECTED) ?? []).map(Number).filter((number) => number > 0);
  if (processes.length === 0) return false;
  const ancestors = lineOf(pid);
  const git = ancestors.find((ancestor) => nameOf(ancestor) === "git");
  const root = projectRoot(cwd);
  return !processes.some((other) => {
    if (other === pid || ancestors.includes(other) || !isBun(other, execPath)) return false;
    if (git !== undefined && lineOf(other).includes(git)) return false;
    const argv = readText(`/proc/${other}/cmdline`)?.split("\0") ?? null;
    return !isOneOfOurs(other, argv) && isIn(root, other, argv);
  });
}

/** The place of a script is looked up only for a process that bears one of our names. */
function isOneOfOurs(pid: number, argv: readonly string[] | null): boolean {
  if (argv === null || !bearsOurName(argv)) return false;
  return isOurScript(argv, scriptPath(argv, linkOf(`/proc/${pid}/cwd`)));
}

/** This account's own that shows nothing of itself (it has a file capability) may be one, and is for the whole program. */
function isBun(pid: number, execPath: string): boolean {
  const exe = linkOf(`/proc/${pid}/exe`)?.replace(DELETED, "");
  if (exe !== undefined) return exe === execPath || BUN_NAMES.has(baseName(exe));
  return BUN_NAMES.has(nameOf(pid)) && uidOf(pid) === process.getuid?.();
}

/** The real one: the files of a process that is not dumpable belong to root (proc(5)). */
const uidOf = (pid: number): number =>
  Number(/^Uid:\s+(\d+)/mu.exec(readText(`/proc/${pid}/status`) ?? "")?.[1] ?? Number.NaN);

/**
 * A process belongs here by where it works, or by what it runs. If its script is no file from there, it may
 * have been started here.
 */
function isIn(root: string, pid: number, argv: readonly string[] | null): boolean {
  const cwd = linkOf(`/proc/${pid}/cwd`);
  if (cwd === null || argv === null) return true;
  if (mayHaveMoved(argv) && scriptPath(argv, cwd) === null) return true;
  return [cwd, ...argv].some((path) => path === root || path.startsWith(root === "/" ? root : `${root}/`));
}

const mayHaveMoved = (argv: readonly string[]): boolean => NAMES_A_FILE.test(scriptOf(argv) ?? "");

/** The outermost folder that is one: which of several files governs is for the whole program to find out. */
function projectRoot(cwd: string): string {
  const folders = cwd.split("/").map((_, at, parts) => parts.slice(0, at + 1).join("/") || "/");
  return folders.find((folder) => ROOTS.some((name) => existsSync(`${folder}/${name}`))) ?? cwd;
}

function lineOf(pid: number): readonly number[] {
  const found: number[] = [];
  for (let at = parentOf(pid); at > 0 && !found.includes(at); at = parentOf(at)) found.push(at);
  return found;
}

/** proc_pid_stat(5): the name is in parentheses and may hold any of them. */
const parentOf = (pid: number): number => {
  const stat = readText(`/proc/${pid}/stat`);
  return stat === null ? 0 : Number(stat.slice(stat.lastIndexOf(")") + 1).split(" ")[2] ?? 0);
};

const nameOf = (pid: number): string => readText(`/proc/${pid}/comm`)?.trim() ?? "";

const readText = (path: string): string | null => textAt(path, ...EXPECTED);
const linkOf = (path: string): string | null => linkAt(path, ...EXPECTED);
