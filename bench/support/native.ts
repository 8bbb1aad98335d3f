/** Compiles a C program of bench/native where the machine has a compiler. */
import { join } from "node:path";

export type Compiled = { readonly path: string } | { readonly missing: string };

/** The program in `directory`, or why there is none, in words for the table. */
export function compile(name: string, directory: string): Compiled {
  const compiler = Bun.which("cc");
  if (compiler === null) return { missing: "no C compiler (cc) on this machine" };
  const path = join(directory, name);
  const source = join(import.meta.dir, "../native", `${name}.c`);
  const { exitCode, stderr } = Bun.spawnSync([compiler, "-O2", "-o", path, source], { stderr: "pipe" });
  return exitCode === 0
    ? { path }
    : { missing: `cc failed on ${name}.c: ${stderr.toString().trim().split("\n")[0] ?? ""}` };
}
