/** `.kiro/bin/bun` and `bunx`: in front on PATH they send every plain `bun` of this project through the gate. */
import { join } from "node:path";
import { bin } from "../../../package.json" with { type: "json" };
import { ownFile, type Part } from "../edit.ts";
import type { ProjectFolder } from "../project.ts";

const EXECUTABLE = 0o755;

/** Options of Bun, and of `bun x`, that take the next word. */
const WITH_VALUE =
  "--cwd|--env-file|--preload|--require|--import|-r|--filter|-F|--tsconfig-override|--define|-d|--loader|-l|" +
  "--conditions|--console-depth|--port|--shell|--title|--package|--registry";

/** Programs of this package, and the package scripts that setup makes of them. */
const OURS = [
  ...Object.keys(bin).flatMap((name) => [name, `${name}.ts`]),
  ..."bun-watchdog@* bun:cleanup bun:monitor bun:status".split(" "),
];

/**
 * It takes its own directory off PATH first: neither the wrapper nor what it starts can come back here. What goes to plain
 * Bun: what asks Bun about itself, what runs nothing, what is ours (a monitor in the background would end with its job), and
 * all of it where this package is not installed. What is in the environment keeps its value, so all names begin with bw_.
 */
const script = (wrapper: string, before: string): string => `#!/bin/sh
# Made by bun-watchdog setup --shim: Bun, admitted and limited. BUN_WRAPPER_BYPASS=1 goes around it.
case $0 in */*) bw_here=\${0%/*}/ ;; *) bw_here=. ;; esac
bw_here=$(CDPATH='' cd -- "$bw_here" && pwd -P)
bw_rest=
set -f
IFS=:
for bw_each in $PATH; do
  if [ "$(CDPATH='' cd -- "\${bw_each:-.}" 2>/dev/null && pwd -P)" != "$bw_here" ]; then bw_rest="\${bw_rest:+$bw_rest:}\${bw_each:-.}"; fi
done
unset IFS
set +f
# an empty one would mean the current folder
PATH=\${bw_rest:-/dev/null}
export PATH
bw_wrapper="$bw_here/${wrapper}"
bw_command=${before.trim()}
bw_word=
bw_skip=
for bw_each do
  if [ -n "$bw_skip" ]; then bw_skip=; continue; fi
  case $bw_each in
    --version | --revision | --help | -v | -h) break ;;
    ${WITH_VALUE.replaceAll("|", " | ")}) bw_skip=1 ;;
    -p) if [ "$bw_command" = x ]; then bw_skip=1; else bw_word=code; break; fi ;;
    -e | --eval | --print) bw_word=code; break ;;
    -?*) ;;
    run | x) if [ -n "$bw_command" ]; then bw_word=$bw_each; break; fi; bw_command=$bw_each ;;
    *) bw_word=$bw_each; break ;;
  esac
done
case \${bw_word##*/} in
  '' | ${OURS.join(" | ")}) bw_wrapper= ;;
esac
if [ "\${BUN_WRAPPER_BYPASS:-}" = 1 ] || [ ! -f "$bw_wrapper" ]; then exec bun ${before}"$@"; fi
exec sh "$bw_wrapper" -- ${before}"$@"
`;

export function shim(project: ProjectFolder): Part {
  const wrapper = `../../${project.isOurs ? "scripts/bun-wrapper.ts" : "node_modules/bun-watchdog/bin/bun-wrapper"}`;
  const directory = join(project.root, ".kiro", "bin");
  const file = (name: string, before: string) =>
    ownFile(script(wrapper, before), {
      path: join(directory, name),
      what: `${name} through the gate`,
      ifKept: "it still stands in for Bun where .kiro/bin is on PATH",
      mode: EXECUTABLE,
    });
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
