/** What `bun-wrapper --help` says. */

export const HELP = `Usage: bun-wrapper [options] [--] <anything bun accepts>

Starts one Bun command when there is a slot for it, stays until all of it is gone, and ends as it ended.

Options, before the first word or before --:
  --timeout <time>      End all of it after this long (30s, 5m, 1h)
  --memory <amount>     For all its processes together (512M, 2G); kept by the kernel where it can
  --cpu <percent>       Of one core, for each process: ended after cpuHoldMs over it without progress
  --grace <time>        Between SIGTERM and SIGKILL
  --wait[=<time>]       Wait for a slot, for ever or this long, in the order of arrival
  --name <text>         What lists and messages call it
  --keep                What it leaves behind may live on, in its slot
  --json-report <file>  Write what was asked for, how it was kept and how it ended
  --config <file>       This configuration instead of the project's
  --scope <scope>       Whose slots: user, project or machine
  -h, --help            This
  --version             The version of bun-watchdog

What is not given comes from the configuration: its rules, "gate", and the limits for all.
BUN_WRAPPER_BYPASS=1 starts bun as if there were no gate.

Exit codes: the command's own; its signal is passed on (128 + n in a shell). 124 timeout, 137 memory or CPU limit,
75 refused, 125 bun-wrapper itself failed (usage and configuration included), 126 and 127 bun cannot be started.

Examples:
  bun-wrapper run dev
  bun-wrapper --timeout 10m --memory 2G test
  bun-wrapper --wait=30s x prisma generate
  bun-wrapper -- --hot server.ts`;
