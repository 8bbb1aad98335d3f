#!/usr/bin/env bash
# Writes docs/report.txt: what `bun-watchdog report` looks like over a synthetic week, captured in tmux.
# usage: docs/capture-report.sh [file]
set -euo pipefail

repository=$(cd "$(dirname "$0")/.." && pwd)
out=$(realpath "${1:-$repository/docs/report.txt}")
home=$(mktemp -d)
export HOME=$home TMUX_TMPDIR=$home LC_ALL=C.UTF-8 TERM=xterm-256color PATH="$home/bin:$PATH"
unset NO_COLOR CI TMUX
trap 'tmux -L report kill-server 2>/dev/null || true; rm -rf "$home"' EXIT

export XDG_STATE_HOME=$home/state
mkdir -p "$home/shop/.kiro" "$home/bin"
bun=$repository/node_modules/.bin/bun
printf '#!/bin/sh\nexec "%s" "%s/scripts/fix-runaway-bun.ts" "$@"\n' "$bun" "$repository" >"$home/bin/bun-watchdog"
chmod +x "$home/bin/bun-watchdog"
cat >"$home/shop/.kiro/bun-process-config.json" <<'EOC'
{
  "maxConcurrentProcesses": 12,
  "maxCpuUsagePercent": 80,
  "maxMemoryUsageMB": 1024,
  "processTimeoutMs": 300000,
  "monitoringIntervalMs": 10000
}
EOC
key=$("$bun" -e "console.log((await import('$repository/src/trust/state.ts')).projectKey('$home/shop'))")
"$bun" "$repository/test/support/write-history.ts" "$home/state/bun-watchdog/$key/history.db" "$home" 30 14 >&2

screen() { tmux -L report "$@"; }
cd "$home/shop"
screen -f /dev/null new-session -d -x 80 -y 72 'PS1="~/shop $ " sh'
# waits for the prompt that comes back after the command
run() {
  screen send-keys "clear; $1; echo; echo END" Enter
  until screen capture-pane -p | grep -q '^END$'; do sleep 0.2; done
  printf '~/shop $ %s\n' "$1"
  screen capture-pane -p ${RAW:+-e} | sed '/^END$/,$d'
}
{
  echo "bun-watchdog report, 80 columns, captured by docs/capture-report.sh. Colours are not in it."
  echo
  run "bun-watchdog report"
  run "bun-watchdog report --since 3d --project ~/tools --top 2"
} >"$out"
