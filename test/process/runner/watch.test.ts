/** `bun-isolate test --watch` in a folder that changes: during a run, after it, and by the tests themselves. */
import { expect, test } from "bun:test";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { place, startIsolate } from "../../support/isolate.ts";
import { leftSince, living } from "../../support/mechanisms.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { until } from "../../support/ready.ts";
import { withTemporary } from "../../support/temporary.ts";

requireNamespace();

const testFile = (body: string): string =>
  `import { expect, test } from "bun:test";\nimport { existsSync, writeFileSync } from "node:fs";\ntest("t", async () => { ${body} });\n`;

interface Watching {
  readonly folder: string;
  /** Resolves when it waits for the n-th time. */
  readonly waits: (count: number) => Promise<void>;
  readonly said: () => string;
}

async function watching(
  files: Readonly<Record<string, string>>,
  args: readonly string[],
  use: (watching: Watching) => Promise<void>,
): Promise<void> {
  await withTemporary(async (folder) => {
    place(folder, files);
    const before = living();
    const child = startIsolate(folder, ["test", "--watch", ...args]);
    let said = "";
    const reading = child.stdout.pipeTo(
      new WritableStream({ write: (part) => void (said += Buffer.from(part).toString()) }),
    );
    const count = (): number => said.split("waiting for a change").length - 1;
    await use({
      folder,
      said: () => said,
      waits: async (wanted) => {
        if (!(await until(() => count() >= wanted, 30_000)))
          throw new Error(`it has not waited ${wanted} times: ${said}`);
      },
    });
    child.kill("SIGINT");
    expect(await child.exited).toBe(130);
    await reading;
    expect(await leftSince(before)).toEqual([]);
  });
}

test("an edit during a run, a new folder, and a file that is removed", async () => {
  const slow = 'writeFileSync("up", ""); while (!existsSync("go")) await Bun.sleep(10);';
  await watching(
    { "a.test.ts": testFile(slow), "b.test.ts": testFile("expect(1).toBe(2);") },
    [],
    async ({ folder, waits, said }) => {
      expect(await until(() => existsSync(join(folder, "up")), 30_000)).toBe(true);
      place(folder, { "b.test.ts": testFile("") });
      writeFileSync(join(folder, "go"), "");
      await waits(1);
      expect(said()).toMatch(/2 files {2}2 passed/);
      place(folder, { "new/deep/c.test.ts": testFile("") });
      await waits(2);
      expect(said()).toMatch(/3 files {2}3 passed/);
      rmSync(join(folder, "a.test.ts"));
      await waits(3);
      expect(said().split("waiting").at(-2)).toMatch(/2 files {2}2 passed/);
    },
  );
});

test("what the run and its tests write does not run them for ever", async () => {
  const writes = 'writeFileSync("state.json", String(Math.random()));';
  const outputs = ["--timings", "times.json", "--results", "out/results.json", "--junit", "junit.xml"];
  await watching({ "a.test.ts": testFile(writes) }, outputs, async ({ folder, waits, said }) => {
    // the second run is to find out whose state.json is
    await waits(1);
    place(folder, { "b.test.ts": testFile("") });
    await waits(2);
    expect(said().split("1 file ").length - 1).toBe(2);
  });
});

test("Ctrl-C in a run leaves nothing", async () => {
  const forever = 'Bun.spawn(["setsid", "sleep", "1000"]); writeFileSync("up", ""); for (;;);';
  await watching({ "a.test.ts": testFile(forever) }, [], async ({ folder }) => {
    expect(await until(() => existsSync(join(folder, "up")), 30_000)).toBe(true);
  });
});
