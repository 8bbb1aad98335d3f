import { afterAll, beforeAll, expect, test } from "bun:test";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfig } from "../../../src/config/load.ts";
import { parseConfig } from "../../../src/config/syntax/parse.ts";
import { ConfigError } from "../../../src/config/schema/problem.ts";
import { malformed } from "../../support/malformed.ts";
import { Random, seed } from "../../support/random.ts";
import { validText } from "../../support/valid-config.ts";

const COUNT = 500;
const SEED = seed();
let scratch = "";

beforeAll(() => {
  scratch = realpathSync(mkdtempSync(join(tmpdir(), "bun-watchdog-malformed-")));
  console.log(`malformed configurations: SEED=${SEED}`);
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** As root, whoever runs the test: that is where the strictest rules hold. */
const load = (project: string): Promise<unknown> =>
  loadConfig({ cwd: project, env: {}, uid: 0, home: project }).then(
    () => "no error",
    (error: unknown) => error,
  );

// What may reach a terminal: no control characters but the line feeds between lines, no bidirectional ones.
const UNSAFE = /[^\P{C}\n]/u;

test(`${COUNT} malformed configurations: each a ConfigError with file, line and key`, async () => {
  const random = new Random(SEED);
  for (let index = 0; index < COUNT; index++) {
    const project = join(scratch, String(index));
    mkdirSync(project, { mode: 0o755 });
    const wrong = malformed(index, random);
    wrong.write(project);
    const error = await load(project);
    if (!(error instanceof ConfigError)) throw new Error(`${wrong.label} (SEED=${SEED}): ${String(error)}`);
    const stated = {
      label: wrong.label,
      files: new Set(error.problems.map(({ source }) => source)),
      key:
        wrong.key === null || error.problems.some(({ key }) => key === wrong.key) ? "named" : error.message,
      lines: error.problems.every(({ at }) => (at !== null && at.line >= 1) === wrong.hasLine),
      unsafe: UNSAFE.exec(error.format())?.[0] ?? null,
      trace: /^\s+at /mu.test(error.format()),
    };
    expect(stated).toEqual({
      label: wrong.label,
      files: new Set([join(project, wrong.file)]),
      key: "named",
      lines: true,
      unsafe: null,
      trace: false,
    });
    chmodSync(join(project, wrong.file, ".."), 0o755);
    rmSync(project, { recursive: true });
  }
}, 120_000);

test("300 right configurations: none is refused", async () => {
  const random = new Random(SEED);
  for (let index = 0; index < 300; index++) {
    const text = validText(random);
    const result = await parseConfig(text, "x.json");
    const problems = result.ok ? "" : new ConfigError(result.problems).format();
    expect(problems, text).toBe("");
  }
});
