/** `bun-isolate`: words behind `--` are Bun's, and everything before them is ours. */
import { completionAsked } from "../completion/words.ts";
import { atEdge } from "../edge.ts";
import { runPlain } from "../plain.ts";
import { isolateProgram } from "./commands.ts";

/** Runs one command line; resolves to the process's exit code. */
export function runIsolate(argv: readonly string[]): Promise<number> {
  const asked = completionAsked(() => isolateProgram(null), argv);
  if (asked !== null) return asked;
  const end = argv.indexOf("--");
  const behind = end < 0 ? null : argv.slice(end + 1);
  const own = end < 0 ? argv : argv.slice(0, end);
  return atEdge(argv, () => run(own, behind));
}

async function run(own: readonly string[], behind: readonly string[] | null): Promise<number> {
  const program = isolateProgram(behind);
  const plain = await runPlain(program, own);
  if (plain !== null) return plain;
  return (await import("../program.ts")).runProgram(program, own);
}
