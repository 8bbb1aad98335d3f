/** `.kiro/bin/bun` and `bunx`: in front on PATH they send every plain `bun` of this project through the gate. */
import { join } from "node:path";
import type { Part } from "../edit.ts";
import type { Project } from "../project.ts";

const EXECUTABLE = 0o755;

/** It takes its own directory off PATH first: neither the wrapper nor what it starts can come back here. */
const script = (wrapper: string, before: string): string => `#!/bin/sh
# Made by bun-watchdog setup --shim: Bun, admitted and limited. BUN_WRAPPER_BYPASS=1 goes around it.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
rest=
IFS=:
for each in $PATH; do
  if [ "$(CDPATH='' cd -- "\${each:-.}" 2>/dev/null && pwd -P)" != "$here" ]; then rest="\${rest:+$rest:}\${each:-.}"; fi
done
unset IFS
PATH=$rest
export PATH
if [ "\${BUN_WRAPPER_BYPASS:-}" = 1 ]; then exec bun ${before}"$@"; fi
exec bun "$here/${wrapper}" -- ${before}"$@"
`;

export function shim(project: Project): Part {
  const wrapper = `../../${project.isOurs ? "" : "node_modules/bun-watchdog/"}scripts/bun-wrapper.ts`;
  const directory = join(project.root, ".kiro", "bin");
  const file = (name: string, before: string) => {
    const text = script(wrapper, before);
    return {
      path: join(directory, name),
      what: `${name} through the gate`,
      mode: EXECUTABLE,
      add: () => text,
      remove: (now: string) => (now === text ? null : now),
    };
  };
  return {
    edits: [file("bun", ""), file("bunx", "x ")],
    notes: [
      "Put .kiro/bin in front of PATH in this project:",
      "  direnv  .envrc:     PATH_add .kiro/bin",
      '  mise    mise.toml:  [env] _.path = [".kiro/bin"]',
      '  sh      export PATH="$PWD/.kiro/bin:$PATH"',
    ],
  };
}
