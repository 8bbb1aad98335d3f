#!/usr/bin/env bash
# Writes docs/status-watch.txt: what `bun-watchdog status --watch` looks like over a few jobs, captured in tmux.
# Linux, as root (or where user namespaces are allowed); everything runs in a PID namespace of its own.
# usage: docs/status-watch.sh [file]
set -euo pipefail

repository=$(cd "$(dirname "$0")/.." && pwd)
out=$(realpath "${1:-$repository/docs/status-watch.txt}")
cd "$repository"
if [[ -z ${SCRATCH:-} ]]; then
  scratch=$(mktemp -d)
  trap 'rm -rf "$scratch"' EXIT
  own=(); [[ $(id -u) -eq 0 ]] || own=(--user --map-root-user)
  # without arguments: the jobs name who started them
  SCRATCH=$scratch OUT=$out unshare "${own[@]}" --fork --pid --mount-proc --kill-child bash docs/status-watch.sh
  exit
fi
out=$OUT home=$SCRATCH
mount -t tmpfs -o mode=755 tmpfs /run

mkdir -p "$home/shop/.kiro" "$home/shop/src" "$home/bin"
ln -s "$repository/node_modules/.bin/bun" "$home/bin/bun"
cat >"$home/bin/bun-watchdog" <<EOF
#!/bin/sh
exec "$home/bin/bun" "$repository/scripts/fix-runaway-bun.ts" "\$@"
EOF
chmod +x "$home/bin/bun-watchdog"
export HOME=$home PATH="$home/bin:$PATH" TMUX_TMPDIR=$home LC_ALL=C.UTF-8 TERM=xterm-256color
unset NO_COLOR CI TMUX SCRATCH OUT

cd "$home/shop"
cat >.kiro/bun-process-config.json <<'EOF'
{ "mode": "observe", "cpuHoldMs": 20000, "processTimeoutMs": 600000, "maxMemoryUsageMB": 800 }
EOF
cat >package.json <<'EOF'
{ "name": "shop", "scripts": { "dev": "bun --hot src/server.ts" } }
EOF
cat >src/server.ts <<'EOF'
Bun.serve({ port: 0, fetch: () => new Response("hello") });
Bun.spawn(["bun", "src/mailer.ts"], { stdout: "ignore" });
EOF
echo 'setInterval(() => JSON.stringify(Array.from({ length: 20000 })), 300);' >src/mailer.ts
echo 'import { test } from "bun:test"; test("the last item", () => { for (;;); });' >src/cart.test.ts
cat >src/import.ts <<'EOF'
const rows: Buffer[] = [];
setInterval(() => { if (rows.length < 90) rows.push(Buffer.alloc(8_000_000, rows.length)); }, 250);
EOF
cat >src/build.ts <<'EOF'
import { readFileSync, writeFileSync } from "node:fs";
const text = "console.log([1, 2, 3]);\n".repeat(20_000);
for (;;) {
  for (let pass = 0; pass < 12; pass++) new Bun.Transpiler({ loader: "ts" }).transformSync(text);
  writeFileSync("bundle.js", text); readFileSync("bundle.js"); await Bun.sleep(160);
}
EOF

start() { setsid --fork "$@" >/dev/null 2>&1 </dev/null; }
start bun run dev
start bun test src/cart.test.ts
start bun src/build.ts --minify
start bun src/import.ts products.csv
bun-watchdog monitor >/dev/null 2>&1 &
sleep 25 # the hold, and some seconds to spare

screen() { tmux -L live "$@"; }
# waits until the screen shows $1, then for one more look
shows() {
  for _ in {1..300}; do
    if screen capture-pane -p | grep -q -- "$1"; then sleep 1.5; return; fi
    sleep 0.1
  done
  echo "\"$1\" did not come up:" >&2
  screen capture-pane -p >&2
  exit 1
}
shot() {
  printf '\n\n## %s\n\n' "$1"
  screen capture-pane -p
}

screen -f /dev/null new-session -d -x 100 -y 28 'bun-watchdog status --watch'
screen set -g escape-time 0
shows 'runaway: cpu'
sleep 8 # fills the sparklines

{
  echo '# bun-watchdog status --watch'
  echo
  echo 'As tmux captures it (docs/status-watch.sh); the colours are not in it.'
  shot 'What is over a limit comes first; below it, what is known about the selected process'
  screen send-keys t p Home Down
  shows '▸ .*src/server.ts'
  shot 't: jobs as trees, p: by pid'
  screen send-keys Home x
  shows 'Stop '
  shot 'x: what would go with it; nothing is sent before y'
  screen send-keys n t v Home
  shows '▸ .*cart.test'
  screen send-keys x
  shows 'Stop '
  screen send-keys y
  shows '✓'
  shot 'y: it is dead, and that is verified'
  screen resize-window -x 48 -y 16
  shows 'verdict\|VERDICT'
  shot '48 columns, 16 lines'
  screen resize-window -x 100 -y 28
  screen send-keys '?'
  shows 'Keys'
  shot '?'
} | sed -e "s|$repository|~/bun-watchdog|g" -e 's/[[:space:]]*$//' >"$out"
screen kill-server 2>/dev/null || true
