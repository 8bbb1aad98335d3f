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
 * all of it where this package is not installed.
 */
const script = (wrapper: string, before: string): string => `#!/bin/sh
# Made by bun-watchdog setup --shim: Bun, admitted and limited. BUN_WRAPPER_BYPASS=1 goes around it.
case $0 in */*) here=\${0%/*}/ ;; *) here=. ;; esac
here=$(CDPATH='' cd -- "$here" && pwd -P)
rest=
set -f
IFS=:
for each in $PATH; do
  if [ "$(CDPATH='' cd -- "\${each:-.}" 2>/dev/null && pwd -P)" != "$here" ]; then rest="\${rest:+$rest:}\${each:-.}"; fi
done
unset IFS
set +f
# an empty one would mean the current folder
PATH=\${rest:-/dev/null}
export PATH
wrapper="$here/${wrapper}"
command=${before.trim()}
word=
skip=
for each do
  if [ -n "$skip" ]; then skip=; continue; fi
  case $each in
    --version | --revision | --help | -v | -h) break ;;
    ${WITH_VALUE.replaceAll("|", " | ")}) skip=1 ;;
    -p) if [ "$command" = x ]; then skip=1; else word=code; break; fi ;;
    -e | --eval | --print) word=code; break ;;
    -?*) ;;
    run | x) if [ -n "$command" ]; then word=$each; break; fi; command=$each ;;
    *) word=$each; break ;;
  esac
done
case \${word##*/} in
  '' | ${OURS.join(" | ")}) wrapper= ;;
esac
if [ "\${BUN_WRAPPER_BYPASS:-}" = 1 ] || [ ! -f "$wrapper" ]; then exec bun ${before}"$@"; fi
exec sh "$wrapper" -- ${before}"$@"
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
