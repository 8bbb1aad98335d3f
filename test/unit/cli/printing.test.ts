/** What our programs print: whatever a folder is called, no name moves a cursor or begins a line of its own. */
import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../../support/launch.ts";

test.each([true, false])("checked: %p", (checked) => {
  const top = realpathSync(mkdtempSync(join(tmpdir(), "bun-watchdog-printing-")));
  try {
    const odd = join(top, "shop\nbun-watchdog: all is well\u001b[2J\u0007");
    mkdirSync(odd);
    const script = `
      import { printPrintable } from "${join(repository, "src", "cli", "printing.ts")}";
      printPrintable(${checked});
      console.log("in " + process.cwd() + "\\nsecond");
      console.error("from " + process.cwd() + " \\u001b]0;title\\u0007");
    `;
    const { stdout, stderr } = Bun.spawnSync([process.execPath, "-e", script], { cwd: odd });
    for (const text of [stdout, stderr].map(String)) {
      // oxlint-disable-next-line no-control-regex
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/u);
      expect(text).not.toMatch(/^bun-watchdog/mu);
      expect(text).toContain("shop");
    }
    expect(stdout.toString().trimEnd().split("\n")).toHaveLength(2);
    expect(stderr.toString().trimEnd().split("\n")).toHaveLength(1);
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
});
