/** A real terminal: tmux draws what a program writes, and tells what a person would see. */
import { until } from "./ready.ts";

export interface Screen extends AsyncDisposable {
  /** Keys by tmux's names ("Up", "PageDown", "C-c"), single characters as themselves. */
  press(...keys: readonly string[]): void;
  /** A whole line and Enter. */
  type(line: string): void;
  /** What is on it now, without colours; blanks at the ends of lines are not part of it. */
  lines(): readonly string[];
  /** The same with its escape sequences. */
  coloured(): string;
  /** Whether `holds` came true. */
  shows(holds: string | ((lines: readonly string[]) => boolean)): Promise<boolean>;
  resize(columns: number, rows: number): void;
  /** The program that runs in it is on the other screen, hides the cursor, keeps lines from wrapping. */
  modes(): { readonly alternate: boolean; readonly cursor: boolean; readonly wrap: boolean };
  /** The process that the terminal was opened for. */
  readonly pid: number;
}

export interface ScreenOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

let opened = 0;

/** Runs `argv` in a terminal of its own; both end with the screen. Needs tmux. */
export async function openScreen(
  argv: readonly string[],
  { columns = 100, rows = 30, cwd, env }: ScreenOptions,
): Promise<Screen> {
  const socket = `bun-watchdog-test-${process.pid}-${++opened}`;
  const tmux = (...args: readonly string[]): string => {
    const { exitCode, stdout, stderr } = Bun.spawnSync(["tmux", "-L", socket, "-f", "/dev/null", ...args], {
      cwd,
      env: { ...process.env, ...env, LC_ALL: "C.UTF-8", TERM: "xterm-256color" },
    });
    if (exitCode !== 0) throw new Error(`tmux ${args.join(" ")}: ${stderr.toString()}`);
    return stdout.toString();
  };
  const size = ["-x", String(columns), "-y", String(rows)];
  tmux("new-session", "-d", ...size, "--", ...argv);
  tmux("set-option", "-g", "remain-on-exit", "on");
  tmux("set-option", "-g", "escape-time", "0");
  const capture = (...how: readonly string[]): string => tmux("capture-pane", "-p", ...how);
  const lines = (): readonly string[] => capture().replace(/\n$/, "").split("\n");
  const flag = (name: string): boolean => tmux("display-message", "-p", `#{${name}}`).trim() === "1";
  return {
    pid: Number(tmux("display-message", "-p", "#{pane_pid}")),
    press: (...keys) => void tmux("send-keys", ...keys),
    type: (line) => {
      tmux("send-keys", "-l", line);
      tmux("send-keys", "Enter");
    },
    lines,
    coloured: () => capture("-e"),
    shows: (holds) =>
      until(() => {
        const now = lines();
        return typeof holds === "string" ? now.some((line) => line.includes(holds)) : holds(now);
      }, 30_000),
    resize: (toColumns, toRows) => void tmux("resize-window", "-x", String(toColumns), "-y", String(toRows)),
    modes: () => ({
      alternate: flag("alternate_on"),
      cursor: flag("cursor_flag"),
      wrap: flag("wrap_flag"),
    }),
    [Symbol.asyncDispose]: async () => {
      tmux("kill-server");
    },
  };
}
