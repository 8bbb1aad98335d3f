/** What a launched program is given: what the wrapper was given, and two variables. */
import { expect } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "../support/launching.ts";
import { MECHANISMS } from "../support/mechanisms.ts";

for (const { mechanism, here } of MECHANISMS) {
  here(`${mechanism}: environment, directory and standard streams are its own`, async () => {
    const directory = mkdtempSync(join(tmpdir(), "bun-watchdog-env-"));
    chmodSync(directory, 0o755);
    try {
      // Bun reads this into process.env of whatever it runs there: the wrapper must not hand it down
      writeFileSync(join(directory, ".env"), "FROM_DOTENV=leaked\n");
      const script = `pwd; tr '\\0' '\\n' < /proc/$$/environ | sed 's/^/env /'; read -r line; echo "read $line"`;
      await using job = launch(
        ["sh", "-c", script],
        mechanism,
        {},
        { cwd: directory, env: { GIVEN: "a=b c" } },
      );
      const { jobId } = await job.prepared();
      job.wrapper.write("a line");
      expect((await job.end()).end.ending).toEqual({ how: "exited", code: 0 });
      const { lines } = job.wrapper;
      expect(lines[0]).toBe(directory);
      expect(lines).toContain("read a line");
      const variables = lines
        .filter((line) => line.startsWith("env "))
        .map((line) => line.slice("env ".length));
      expect(variables.toSorted()).toEqual([
        "BUN_WATCHDOG_DEPTH=1",
        `BUN_WATCHDOG_JOB=${jobId}`,
        "GIVEN=a=b c",
        `PATH=${process.env["PATH"]}`,
      ]);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
}
