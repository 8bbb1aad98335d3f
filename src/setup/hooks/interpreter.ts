/** Who runs a script, by its first line: execve(2), env(1). */
import { basename } from "node:path";

const SHELLS: ReadonlySet<string> = new Set(
  "sh bash rbash dash ash zsh ksh rksh mksh lksh pdksh oksh yash posh hush".split(" "),
);
/** Options of env(1) that take the next word. */
const WITH_WORD: ReadonlySet<string> = new Set(["-u", "--unset", "-C", "--chdir", "-a", "--argv0"]);

/** The line without its end; "" = it has none, and whoever starts it takes a shell. */
export const shebangOf = (text: string): string => /^\uFEFF?(#![^\r\n]*)/u.exec(text)?.[1] ?? "";

export function isShellScript(shebang: string): boolean {
  if (shebang === "") return true;
  const [path = "", ...words] = shebang
    .slice(2)
    .trim()
    .split(/\s+/u)
    .map((word) => word.replaceAll(/["']/gu, ""));
  const program = nameOf(path);
  if (program === "env") return SHELLS.has(nameOf(startedByEnv(words)));
  return SHELLS.has(program === "busybox" || program === "toybox" ? nameOf(words[0] ?? "") : program);
}

/** bash-5.2 and ksh93 are what they are called without it. */
const nameOf = (path: string): string => basename(path).replace(/(?:-?\d[\d.]*)?(?:\.exe)?$/u, "");

/** The first word that is neither an option nor a variable: env(1) splits what stands behind -S as a shell does. */
function startedByEnv(words: readonly string[]): string {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    const split = /^(?:-[a-zA-Z]*S|--split-string=?)(.*)$/u.exec(word)?.[1];
    if (split !== undefined && split !== "" && !split.includes("=")) return split;
    if (WITH_WORD.has(word)) at += 1;
    else if (split === undefined && !word.startsWith("-") && !word.includes("=")) return word;
  }
  return "";
}
