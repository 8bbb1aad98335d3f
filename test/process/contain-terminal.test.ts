/** At a terminal a launched program cannot tell that somebody waits for it: keys, job control and the window's size reach it. */
import { expect } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { MECHANISMS } from "../support/mechanisms.ts";
import { allPids, readStat } from "../support/proc.ts";
import { until } from "../support/ready.ts";
import { unavailable } from "../support/skip.ts";
import { openTerminal } from "../support/terminal.ts";

const fixture = (name: string): string => resolve(import.meta.dir, "../fixtures", name);
const noTmux = unavailable("tmux");

const count = (text: string, what: string): number => text.split(what).length - 1;

for (const { mechanism, here } of MECHANISMS) {
  if (mechanism === "unprivileged") continue;
  const it = noTmux === null ? here : here.skip;

  it(`${mechanism}: prompt, Ctrl-C, Ctrl-Z, fg, resize, a stop of its own, a signal to the wrapper, exit code`, async () => {
    const directory = mkdtempSync(join(tmpdir(), "bun-watchdog-terminal-"));
    await using terminal = await openTerminal();
    try {
      const wish = {
        argv: [process.execPath, fixture("launch/interactive.ts")],
        directory,
        relay: true,
        ...(mechanism === "marker" && { without: ["cgroup2", "hybrid"] }),
      };
      const said = join(directory, "said");
      terminal.type(
        `${process.execPath} ${fixture("launch/wrapper.ts")} '${JSON.stringify(wish)}' 2>${said}`,
      );
      await terminal.shows("ready ");
      const program = Number(/ready (\d+)/.exec(terminal.screen())?.[1]);
      const wrapper = readStat(program)?.ppid ?? 0;

      terminal.type("hello");
      await terminal.shows("you said hello");

      terminal.press("C-c");
      await terminal.shows("heard SIGINT 1");
      terminal.resize(90, 33);
      await terminal.shows("size 90x33");

      terminal.press("C-z");
      await terminal.shows("Stopped");
      expect([readStat(program)?.state, readStat(wrapper)?.state]).toEqual(["T", "T"]);
      terminal.type("fg");
      await terminal.shows("heard SIGCONT 1");
      terminal.type("again");
      await terminal.shows("you said again");

      terminal.type("stop");
      await terminal.shows(/Stopped[\s\S]*Stopped/);
      terminal.type("fg");
      await terminal.shows("you said stop");

      process.kill(wrapper, "SIGTERM");
      await terminal.shows("heard SIGTERM 1");
      // whatever was sent twice has arrived by the time that this is answered
      terminal.type("still there");
      await terminal.shows("you said still there");
      const screen = terminal.screen();
      expect([
        count(screen, "heard SIGINT"),
        count(screen, "heard SIGTERM"),
        count(screen, "heard SIGCONT"),
      ]).toEqual([1, 1, 2]);

      terminal.type("quit");
      expect(await until(() => readStat(wrapper) === null)).toBe(true);
      expect(await Bun.file(said).text()).toContain('"ending":{"how":"exited","code":5}');
      expect(allPids()).not.toContain(program);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
}
