/** `<program> completion words <called> <word…>`: what a shell asks at a Tab. */
import { atEdge } from "../edge.ts";
import type { Program } from "../declaring.ts";
import { writeOut } from "../printing.ts";

/** null: the line asks for something else. The words are another line's: none of them is ours, not even --quiet. */
export function completionAsked(
  program: () => Program | Promise<Program>,
  argv: readonly string[],
): Promise<number> | null {
  const [command, what, called = "", ...words] = argv;
  if (command !== "completion" || what !== "words") return null;
  return atEdge([], async () => {
    const { complete, inLines } = await import("./complete.ts");
    writeOut(`${inLines(await complete(await program(), called, words))}\n`);
    return 0;
  });
}
