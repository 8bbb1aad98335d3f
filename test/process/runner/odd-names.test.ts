/** Files whose names a shell, a pattern or Bun could take for something else. */
import { expect, test } from "bun:test";
import { dirname } from "node:path";
import { isolate, isolateJson, place, scriptPath } from "../../support/isolate.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { withTemporary } from "../../support/temporary.ts";

requireNamespace();

const NAMES = [
  "sp ace",
  "it's",
  "(group)",
  "[id]",
  "-x",
  "--coverage",
  "50%",
  "a&b",
  'quo"te',
  "é",
  "$HOME",
  "star*",
  "new\nline",
  "bell\u0007",
];
const fails = 'import { test } from "bun:test";\ntest("a", () => { throw new Error(import.meta.file); });\n';
const files = Object.fromEntries(NAMES.map((name) => [`${name}.test.ts`, fails]));

test("each is run, also where a bunfig.toml loads a plugin that takes all files", async () => {
  const plugin =
    'Bun.plugin({ name: "x", setup: (build) => void build.onLoad({ filter: /\\.test\\.ts$/ }, async ({ path }) => ({ contents: await Bun.file(path).text(), loader: "ts" })) });';
  await withTemporary(async (folder) => {
    place(folder, { ...files, "bunfig.toml": '[test]\npreload = ["./plugin.ts"]\n', "plugin.ts": plugin });
    const report = await isolateJson(folder, ["test"]);
    expect(report.files.map(({ file }) => file).toSorted()).toEqual(Object.keys(files).toSorted());
    expect(report.totals).toMatchObject({ failed: NAMES.length, errors: 0 });
  });
});

test("the command that runs one again works as it is printed", async () => {
  await withTemporary(async (folder) => {
    place(folder, files);
    const { stdout } = await isolate(folder, [
      "test",
      "--timeout",
      "90s",
      "-t",
      "^a$",
      "--",
      "--timeout=2000",
    ]);
    const commands = [...stdout.matchAll(/^ {2}again: (.*)$/gm)].map(([, command = ""]) => command);
    expect(commands).toHaveLength(NAMES.length);
    for (const command of commands) {
      // where it is installed it has another name
      const pasted = command.replace(/^.*? test /, `sh "$SCRIPT" test --json `);
      const child = Bun.spawn(["bash", "-c", pasted], {
        cwd: folder,
        env: {
          ...process.env,
          HOME: folder,
          LC_ALL: "C.UTF-8",
          PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
          SCRIPT: scriptPath,
        },
        stdio: ["ignore", "pipe", "inherit"],
      });
      const report = JSON.parse(await child.stdout.text());
      expect(report.totals).toMatchObject({ files: 1, failed: 1 });
      expect(command).toContain("--timeout 90s '--test-name-pattern=^a$' -- --timeout=2000");
    }
  });
});
