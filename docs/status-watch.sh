#!/usr/bin/env bash
# Writes docs/status-watch.txt: what `bun-watchdog status --watch` looks like over a few jobs, captured in tmux.
# Linux, as root (or where user namespaces are allowed); everything runs in a PID namespace of its own.
# usage: docs/status-watch.sh [file]
set -euo pipefail

repository=$(cd "$(dirname "$0")/.." && pwd)
out=$(realpath "${1:-$repository/docs/status-watch.txt}")
cd "$repository"
if [[ ${OUT:-} == "" ]]; then
  own=(); [[ $(id -u) -eq 0 ]] || own=(--user --map-root-user)
  OUT=$out exec unshare "${own[@]}" --fork --pid --mount-proc --kill-child bash docs/status-watch.sh
fi
out=$OUT
mount -t tmpfs -o mode=755 tmpfs /run

home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
mkdir -p "$home/shop/.kiro" "$home/shop/src" "$home/bin"
ln -s "$repository/node_modules/.bin/bun" "$home/bin/bun"
cat >"$home/bin/bun-watchdog" <<EOF
#!/bin/sh
exec "$home/bin/bun" "$repository/scripts/fix-runaway-bun.ts" "\$@"
EOF
chmod +x "$home/bin/bun-watchdog"
export HOME=$home PATH="$home/bin:$PATH" TMUX_TMPDIR=$home LC_ALL=C.UTF-8 TERM=xterm-256color
unset NO_COLOR CI TMUX

cd "$home/shop"
cat >.kiro/bun-process-config.json <<'EOF'
{ "mode": "observe", "cpuHoldMs": 20000, "processTimeoutMs": 600000 }
EOF
cat >package.json <<'EOF'
{ "name": "shop", "scripts": { "dev": "bun --hot src/server.ts" } }
EOF
cat >src/server.ts <<'EOF'
Bun.serve({ port: 0, fetch: () => new Response("hello") });
const worker = Bun.spawn(["bun", "src/mailer.ts"], { stdout: "ignore" });
void worker;
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
sleep "${SETTLE:-25}"

screen() { tmux -L live "$@"; }
screen -f /dev/null new-session -d -x 100 -y 30 'bun-watchdog status --watch'
screen set -g escape-time 0
sleep 9

{
  echo "bun-watchdog status --watch, captured by docs/status-watch.sh. Colours are not in it."
  shown() { printf '\n\n%s\n\n' "$1"; screen capture-pane -p ${2:-}; }
  shown "The table, and what is known about the selected process:" "${RAW:-}"
  screen send-keys t Down Down Down; sleep 2
  shown "t: jobs as trees" "${RAW:-}"
  screen send-keys t Home x; sleep 2
  shown "x: before anything is sent" "${RAW:-}"
  screen send-keys y; sleep 3
  shown "y: and it is verified" "${RAW:-}"
  screen resize-window -x 48 -y 16; sleep 2
  shown "48 columns, 16 lines" "${RAW:-}"
  screen send-keys '?'; sleep 1; screen resize-window -x 100 -y 30; sleep 2
  shown "?" "${RAW:-}"
} | sed 's/[[:space:]]*$//' >"$out"
screen kill-server
