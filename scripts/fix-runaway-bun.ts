#!/bin/sh
":" /*
# sh reads up to the exec and runs Bun in its own place; to Bun these lines are a comment. src/trust/own-bun.ts says what
# the flags and variables are about. Not `env -S`: BusyBox has none, and Bun's options act before our first line.
export PATH ${BUN_OPTIONS:+"BUN_WATCHDOG_KEPT_BUN_OPTIONS=$BUN_OPTIONS"} \
  ${BUN_INSPECT:+"BUN_WATCHDOG_KEPT_BUN_INSPECT=$BUN_INSPECT"} \
  ${BUN_INSPECT_PRELOAD:+"BUN_WATCHDOG_KEPT_BUN_INSPECT_PRELOAD=$BUN_INSPECT_PRELOAD"} \
  ${BUN_INSPECT_CONNECT_TO:+"BUN_WATCHDOG_KEPT_BUN_INSPECT_CONNECT_TO=$BUN_INSPECT_CONNECT_TO"} \
  ${BUN_INSPECT_NOTIFY:+"BUN_WATCHDOG_KEPT_BUN_INSPECT_NOTIFY=$BUN_INSPECT_NOTIFY"} \
  ${NODE_CHANNEL_FD:+"BUN_WATCHDOG_KEPT_NODE_CHANNEL_FD=$NODE_CHANNEL_FD"} \
  ${BUN_FEATURE_FLAG_NO_ORPHANS:+"BUN_WATCHDOG_KEPT_BUN_FEATURE_FLAG_NO_ORPHANS=$BUN_FEATURE_FLAG_NO_ORPHANS"}
unset BUN_OPTIONS BUN_INSPECT BUN_INSPECT_PRELOAD BUN_INSPECT_CONNECT_TO BUN_INSPECT_NOTIFY NODE_CHANNEL_FD BUN_FEATURE_FLAG_NO_ORPHANS
exec bun --config=/dev/null --no-env-file --tsconfig-override=/dev/null "$0" "$@"
*/
import { startProgram } from "../src/cli/start.ts";

startProgram("fix-runaway-bun", async () => (await import("../src/cli/main.ts")).runCli);
