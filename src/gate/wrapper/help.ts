/** What `bun-wrapper --help` says; completion offers the same options (cli/completion). */
import { helpText, type HelpRow } from "../../render/help.ts";

export const WRAPPER_OPTIONS: readonly HelpRow[] = [
  ["--timeout <duration>", "end all of it after this long: 30s, 5m, 1h; 0 = never"],
  ["--memory <size>", "for all its processes together: 512M, 2G; kept by the kernel where it can"],
  ["--cpu <percent>", "of one core, for each process: ended after cpuHoldMs over it without progress"],
  ["--grace <duration>", "between SIGTERM and SIGKILL"],
  ["--wait[=<duration>]", "wait for a slot, for ever or this long, in the order of arrival"],
  ["--name <name>", "what lists and messages call it"],
  ["--keep", "what it leaves behind may live on, in its slot"],
  ["--json-report <file>", "write what was asked for, how it was kept and how it ended"],
  ["--config <file>", "use this configuration file"],
  ["--scope <scope>", "whose slots: user, project or machine"],
  ["-q, --quiet", "say nothing but why it failed"],
  ["--no-color", "for scripts that say it everywhere: bun-wrapper itself prints no colours"],
  ["-v, --version", "print the version of bun-watchdog"],
  ["-h, --help", "print this help"],
];

export const wrapperHelp = (): string =>
  helpText(
    "bun-wrapper [options] [--] <anything bun accepts>",
    "starts one Bun command when there is a slot for it, stays until all of it is gone, and ends as it ended; what is not given here comes from the configuration",
    [
      { title: "Options, before the first word or before --", rows: WRAPPER_OPTIONS },
      {
        title: "Environment",
        rows: [["BUN_WRAPPER_BYPASS=1", "start bun as if there were no gate"]],
      },
      {
        title: "Examples",
        rows: [
          ["bun-wrapper run dev", "a package script"],
          ["bun-wrapper --timeout 10m --memory 2G test", "bun test, within limits"],
          ["bun-wrapper --wait=30s x prisma generate", "wait for a slot"],
          ["bun-wrapper -- --hot server.ts", "options of bun"],
        ],
      },
      {
        title: "Exit codes",
        rows: [
          ["any", "that of the command; its signal is passed on (128 + n in a shell)"],
          ["75", "refused: there is no slot"],
          ["124", "timeout"],
          ["137", "memory or CPU limit"],
          ["125", "bun-wrapper itself failed: wrong arguments and configuration, too"],
          ["126, 127", "bun cannot be started"],
        ],
      },
    ],
  );
