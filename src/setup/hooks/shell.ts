/** A hook that is a shell script of its own: a marked block at its head; its content and exit code stay. */
import { hasBlock, lineBreakAt, withBlock } from "../block.ts";
import { type Added, asItIs, type Edit, made } from "../edit.ts";
import { SetupRefusal } from "../refusal.ts";
import type { Undo } from "../undo.ts";
import type { OurLines } from "./call.ts";
import { isShellScript, shebangOf } from "./interpreter.ts";

const EXECUTABLE = 0o755;
/** husky 8 starts the script a second time from in here: what stands before would run twice. */
const HUSKY_8 = /^\.\s+.*\/husky\.sh["']?[ \t]*\r?\n/mu;
const FIRST_LINE = /^\uFEFF?#![^\n]*(?:\n|$)/u;

/** `head`: what a new file begins with. */
export function shellHook(path: string, name: string, lines: OurLines, head: string): Edit {
  const { block, call } = lines;
  const undo: Undo = { kind: "block", name: block, call };
  const put = (text: string, offset: number): Added => {
    // a shell takes the first half of a Windows line ending for a part of the word before it
    const isWindows = lineBreakAt(text, offset, block) === "\r\n";
    const next = withBlock(text, offset, block, [isWindows ? `${call} #` : call]);
    return { text: next, undo: next === text ? [] : [undo] };
  };
  return {
    path,
    what: `${name} hook`,
    mode: EXECUTABLE,
    marks: [made(head), undo],
    add: (text) => {
      if (text === null || text === "") {
        const fresh = put(head, head.length);
        return text === null ? { ...fresh, undo: [made(head), ...fresh.undo] } : fresh;
      }
      if (hasBlock(text, block)) return put(text, 0);
      // a hook manager has put our call from its configuration in here
      if (text.includes(call)) return asItIs(text);
      const shebang = shebangOf(text);
      if (!isShellScript(shebang))
        throw new SetupRefusal(
          `The ${name} hook ${path} is no shell script (${shebang}) and stays as it is. Let it run: ${call}`,
        );
      return put(text, headLength(text));
    },
  };
}

function headLength(text: string): number {
  const husky = HUSKY_8.exec(text);
  return husky === null ? (FIRST_LINE.exec(text)?.[0].length ?? 0) : husky.index + husky[0].length;
}
