/** A real terminal with an interactive shell in it, by tmux(1): keys go in, the screen comes out. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./ready.ts";

export interface Terminal extends AsyncDisposable {
  /** As `tmux send-keys` names them: text, then "Enter", "C-c". */
  type(...keys: readonly string[]): void;
  screen(): string;
  /** Waits for it to be shown; throws with the screen when it never is. */
  shows(what: string | RegExp): Promise<string>;
  resize(columns: number, rows: number): void;
}

const SHOWN_WITHIN_MS = 20_000;

export async function openTerminal(cwd: string, env: Readonly<Record<string, string>>): Promise<Terminal> {
  const directory = mkdtempSync(join(tmpdir(), "bun-watchdog-tmux-"));
  const socket = join(directory, "s");
  const tmux = (...args: readonly string[]): string => {
    const run = Bun.spawnSync(["tmux", "-S", socket, "-f", "/dev/null", ...args], {
      cwd,
      env: { ...process.env, ...env, LC_ALL: "C.UTF-8" },
    });
    if (run.exitCode !== 0) throw new Error(`tmux ${args.join(" ")}: ${run.stderr.toString()}`);
    return run.stdout.toString();
  };
  tmux("new-session", "-d", "-x", "160", "-y", "40", "bash --norc --noprofile");
  const screen = (): string => tmux("capture-pane", "-p", "-S", "-200");
  const shows = async (what: string | RegExp): Promise<string> => {
    const found = (): boolean => (typeof what === "string" ? screen().includes(what) : what.test(screen()));
    if (!(await until(found, SHOWN_WITHIN_MS, 50))) throw new Error(`${what} is not shown\n${screen()}`);
    return screen();
  };
  await shows(/[#$] *$/m);
  return {
    type: (...keys) => void tmux("send-keys", ...keys),
    screen,
    shows,
    resize: (columns, rows) => void tmux("resize-window", "-x", String(columns), "-y", String(rows)),
    [Symbol.asyncDispose]: async () => {
      tmux("kill-server");
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
