#!/usr/bin/env bash
# Writes the sample of README.md anew: `status` and `cleanup` over three jobs, captured in tmux.
# Linux, as root (or where user namespaces are allowed); everything runs in a PID namespace of its own. Takes 80 s.
# usage: docs/capture-readme.sh [file]
set -euo pipefail

repository=$(cd "$(dirname "$0")/.." && pwd)
out=$(realpath "${1:-$repository/README.md}")
cd "$repository"
if [[ -z ${SCRATCH:-} ]]; then
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  own=(); [[ $(id -u) -eq 0 ]] || own=(--user --map-root-user)
  # without arguments: the jobs name who started them
  SCRATCH=$scratch OUT=$out unshare "${own[@]}" --fork --pid --mount-proc --kill-child bash docs/capture-readme.sh
  exit
fi
out=$OUT home=$SCRATCH
mount -t tmpfs -o mode=755 tmpfs /run

mkdir -p "$home/shop/.kiro" "$home/bin"
ln -s "$repository/node_modules/.bin/bun" "$home/bin/bun"
printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$home/bin/bun" "$repository/scripts/fix-runaway-bun.ts" >"$home/bin/bun-watchdog"
chmod +x "$home/bin/bun-watchdog"
export HOME=$home PATH="$home/bin:$PATH" TMUX_TMPDIR=$home LC_ALL=C.UTF-8 TERM=xterm-256color
unset NO_COLOR CI TMUX SCRATCH OUT

cd "$home/shop"
cp "$repository/.kiro/bun-process-config.json" .kiro/
echo 'Bun.serve({ port: 0, fetch: () => new Response("hello") });' >server.ts
echo 'import { test } from "bun:test"; test("the last item", () => { for (;;); });' >hung.test.ts
cat >import.ts <<'EOF'
const rows: Buffer[] = [];
setInterval(() => { if (rows.length < 190) rows.push(Buffer.alloc(8_000_000, rows.length)); }, 20);
EOF
start() { setsid --fork "$@" >/dev/null 2>&1 </dev/null; }
start bun --hot server.ts
start bun test hung.test.ts
sleep 65 # the hold, and some seconds to spare
start bun import.ts
sleep 10

# a server for each: the one before may still be ending
screen() { tmux -L "$window" "$@"; }
shown() {
  window=readme-${1##* }
  screen -f /dev/null new-session -d -x 100 -y 60 "$1; echo END; sleep 100"
  until screen capture-pane -p | grep -q '^END$'; do sleep 0.2; done
  printf '$ %s\n' "$1"
  screen capture-pane -p | sed -e '/^END$/,$d' -e 's/[[:space:]]*$//'
  screen kill-server 2>/dev/null || true
}
{
  shown 'bun-watchdog status'
  echo
  shown 'bun-watchdog cleanup'
} >"$home/sample"

# between the two markers
awk -v sample="$home/sample" '
  /<!-- output:start -->/ { print; print "```console"; while ((getline line < sample) > 0) print line; print "```"; skip = 1 }
  /<!-- output:end -->/ { skip = 0 }
  !skip { print }
' "$out" >"$home/text"
cat "$home/text" >"$out"
