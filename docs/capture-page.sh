#!/usr/bin/env bash
# Makes the pictures of docs/see-what-runs.md anew: every view, light, dark and on a phone, in the system's Chromium.
set -euo pipefail
cd "$(dirname "$0")/.."
exec node_modules/.bin/bun run test/support/browser/capture.ts docs/page
