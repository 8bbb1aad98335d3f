/** A hook that is a shell script of its own: a marked block at its head; its content and exit code stay. */
import { block, hasBlock, withBlock, withoutBlock } from "../block.ts";
import { type Edit, SetupRefusal } from "../edit.ts";

const EXECUTABLE = 0o755;
/** husky 8 starts the script a second time from in here: what stands before would run twice. */
const HUSKY_8 = /^\.\s+.*\/husky\.sh["']?[ \t]*\r?\n/mu;
const SHEBANG = /^#!.*(?:\n|$)/u;
const SHELL = /\b(?:sh|bash|dash|ash|zsh|ksh|mksh)\b/u;

/** `head`: what a new file begins with. */
export function shellHook(path: string, name: string, call: string, head: string): Edit {
  const fresh = head + block([call]);
  return {
    path,
    what: `${name} hook`,
    mode: EXECUTABLE,
    add: (text) => {
      if (text === null || text === "") return fresh;
      if (hasBlock(text)) return withBlock(text, 0, [call]);
      // a hook manager has put our call from its configuration in here
      if (text.includes(call)) return text;
      const shebang = SHEBANG.exec(text)?.[0] ?? "";
      if (shebang !== "" && !SHELL.test(shebang))
        throw new SetupRefusal(
          `The ${name} hook ${path} is no shell script (${shebang.trim()}) and stays as it is. Let it run: ${call}`,
        );
      return withBlock(text, headLength(text, shebang), [call]);
    },
    remove: (text) => (text === fresh ? null : withoutBlock(text).replace(`${call}; `, "")),
  };
}

function headLength(text: string, shebang: string): number {
  const husky = HUSKY_8.exec(text);
  return husky === null ? shebang.length : husky.index + husky[0].length;
}
