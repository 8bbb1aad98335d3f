/** `completion`: what a shell reads to complete our command lines. */
import { UsageError } from "../../text/errors.ts";
import type { Declaration } from "../declaring.ts";
import { completionScript, SHELLS, type Shell } from "./scripts.ts";

const shellOf = (text: string): Shell => {
  const found = SHELLS.find((shell) => shell === text);
  if (found === undefined) throw new UsageError(`Write one of ${SHELLS.join(", ")}.`);
  return found;
};

/** `names`: of all programs that `tool` answers for. */
export const completionCommand = (tool: string, names: readonly string[]): Declaration => ({
  argument: ["<shell>", SHELLS.join(", "), shellOf],
  examples: [
    ["completion bash >> ~/.bashrc", "bash: it does not need bash-completion"],
    ["completion zsh >> ~/.zshrc", "zsh"],
    ["completion fish >> ~/.config/fish/config.fish", "fish"],
  ],
  run: async (shell: Shell) => {
    console.log(completionScript(shell, tool, names));
    return 0;
  },
});
