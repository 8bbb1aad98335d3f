/** `bunctl status --watch` on a real terminal: apps are seen, stopped and started again with keys. */
import { expect } from "bun:test";
import { BUNCTL, managedFolder } from "../support/manage.ts";
import { openScreen } from "../support/screen.ts";
import { needs, pidNamespace } from "../support/skip.ts";

const here = needs("tmux", pidNamespace);

here("the live table shows apps, and stops and starts the selected one", async () => {
  await using folder = managedFolder();
  folder.declare(
    folder.shell("web", "exec sleep 1000", { instances: 2 }),
    folder.shell("job", "exec sleep 1000"),
  );
  await folder.ok("start");
  const env = Object.fromEntries(Object.entries(folder.env).map(([key, value]) => [key, value ?? ""]));
  await using screen = await openScreen([process.execPath, BUNCTL, "status", "--watch"], {
    cwd: folder.directory,
    env,
    columns: 80,
    rows: 24,
  });
  const shows = async (...wanted: readonly RegExp[]): Promise<string> =>
    (await screen.shows((lines) => wanted.every((each) => lines.some((line) => each.test(line)))))
      ? "shown"
      : screen.lines().join("\n");
  expect(await shows(/^▸ +0 +web 0 +online/u, /^ +1 +web 1 +online/u, /^ +2 +job +online/u)).toBe("shown");
  screen.press("End", "x");
  expect(await shows(/Stop job\?/u, /SIGTERM, and after 10 s/u)).toBe("shown");
  screen.press("y");
  expect(await shows(/^▸ +2 +job +stopped/u, /r start/u)).toBe("shown");
  expect(folder.living("job")).toEqual([]);
  screen.press("r");
  expect(await shows(/^▸ +2 +job +online/u)).toBe("shown");
  expect(folder.living("web")).toHaveLength(2);
  screen.press("q");
  expect(await screen.shows(() => !screen.modes().alternate)).toBe(true);
});
