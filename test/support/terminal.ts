/** A terminal with an interactive shell in it (tmux on a socket of its own), as a person has one. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./ready.ts";

export interface Terminal extends AsyncDisposable {
  /** Types a line and Enter. */
  type(line: string): void;
  /** A key by tmux's name: "C-c", "C-z", "Enter". */
  press(key: string): void;
  resize(columns: number, rows: number): void;
  /** What is on the screen now, and was scrolled out of it. */
  screen(): string;
  /** Waits for the screen to show this; throws with the screen when it does not. */
  shows(text: string | RegExp): Promise<void>;
}

export async function openTerminal(): Promise<Terminal> {
  const directory = mkdtempSync(join(tmpdir(), "bun-watchdog-tmux-"));
  const tmux = (...args: readonly string[]): string => {
    const run = Bun.spawnSync(["tmux", "-f", "/dev/null", "-S", join(directory, "socket"), ...args]);
    if (run.exitCode !== 0) throw new Error(`tmux ${args[0]}: ${run.stderr.toString()}`);
    return run.stdout.toString();
  };
  tmux(
    "new-session",
    "-d",
    "-x",
    "100",
    "-y",
    "40",
    "-e",
    "PS1=at your service$ ",
    "bash --norc --noprofile -i",
  );
  const screen = (): string => tmux("capture-pane", "-p", "-J", "-S", "-").trimEnd();
  const terminal: Terminal = {
    type: (line) => {
      tmux("send-keys", "-l", line);
      tmux("send-keys", "Enter");
    },
    press: (key) => void tmux("send-keys", key),
    resize: (columns, rows) => void tmux("resize-window", "-x", String(columns), "-y", String(rows)),
    screen,
    shows: async (text) => {
      const has = (): boolean => (typeof text === "string" ? screen().includes(text) : text.test(screen()));
      if (!(await until(has, 15_000, 50)))
        throw new Error(`the screen never showed ${String(text)}:\n${screen()}`);
    },
    [Symbol.asyncDispose]: async () => {
      tmux("kill-server");
      rmSync(directory, { recursive: true, force: true });
    },
  };
  await terminal.shows(/[#$]/);
  return terminal;
}
