#!/usr/bin/env bash
# docs/capture.sh NAME WIDTH HEIGHT COMMAND…: runs a command line in a tmux window of that size and writes what a person
# then sees to docs/NAME.txt. The height is the window's: what scrolled out of it is kept too.
# SHOWN_AS=text: what the first line says was run, where that is not the whole command (a namespace around it).
# CAPTURE_IN=directory: where it is run; the repository when not given.
# ENDS_WITH=text: the command does not end by itself; taken as soon as this text is on the screen.
# The text names no path of the machine that took it: the repository is shown as ~/bun-watchdog, the home directory as ~.
set -euo pipefail

if [[ $# -lt 4 ]]; then
  echo "usage: docs/capture.sh NAME WIDTH HEIGHT COMMAND…, e.g. docs/capture.sh status 100 30 bun-watchdog status" >&2
  exit 2
fi
name=$1 width=$2 height=$3
shift 3

repository=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
socket=$work/tmux
trap 'tmux -S "$socket" kill-server 2>/dev/null || true; rm -rf "$work"' EXIT

# `bun-watchdog` and `bun` work in the window as they do for who installed it
mkdir "$work/bin"
cat >"$work/bin/bun-watchdog" <<SH
#!/bin/sh
exec "$repository/node_modules/.bin/bun" "$repository/scripts/fix-runaway-bun.ts" "\$@"
SH
chmod +x "$work/bin/bun-watchdog"

cat >"$work/session" <<SH
export PATH="$work/bin:$repository/node_modules/.bin:\$PATH" TERM=screen-256color
cd "${CAPTURE_IN:-$repository}"
$*
touch "$work/ended"
exec sleep 1000
SH

# -f /dev/null: the looks of somebody's own tmux do not take part
tmux -f /dev/null -S "$socket" new-session -d -x "$width" -y "$height" "sh $work/session" ';' set -g history-limit 5000
tmux -S "$socket" set -g status off
screen() { tmux -S "$socket" capture-pane -p -S - 2>/dev/null; }
for ((i = 0; i < 600; i++)); do
  [[ -e $work/ended ]] && break
  [[ -n ${ENDS_WITH:-} ]] && screen | grep -qF -- "$ENDS_WITH" && break
  sleep 0.2
done
if ((i == 600)); then
  echo "$name: not done after two minutes; this is what it shows:" >&2
  screen >&2
  exit 1
fi

{
  echo "\$ ${SHOWN_AS:-$*}"
  echo
  screen
} | sed -e "s|$repository|~/bun-watchdog|g" -e "s|${repository##*/}-\([0-9a-f]\{16\}\)|bun-watchdog-\1|g" -e "s|$work/bin/||g" -e "s|${HOME:-/root}|~|g" -e 's/[[:space:]]*$//' |
  # one empty line at the end, not the rest of the window
  sed -e :a -e '/^\n*$/{$d;N;ba' -e '}' >"$repository/docs/$name.txt"
echo "docs/$name.txt: $(wc -l <"$repository/docs/$name.txt") lines"
