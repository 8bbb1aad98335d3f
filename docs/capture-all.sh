#!/usr/bin/env bash
# Takes every picture of docs/ and the sample of README.md anew. Takes five minutes; the machine should be quiet.
# Linux, as root (or where user namespaces are allowed); everything runs in PID namespaces of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
own=(); [[ $(id -u) -eq 0 ]] || own=(--user --map-root-user)
# an account of its own on a machine where no monitor runs
alone() {
  HOME=$home unshare "${own[@]}" --fork --pid --mount-proc --kill-child \
    sh -c 'mount -t tmpfs -o mode=755 tmpfs /run; unset XDG_STATE_HOME CI NO_COLOR; "$@"' sh "$@"
}

alone docs/capture.sh doctor 100 90 bun-watchdog doctor
alone docs/capture.sh demo 100 60 bun-watchdog demo
alone docs/capture-report.sh
docs/status-watch.sh
docs/capture-readme.sh
bash docs/capture-page.sh
