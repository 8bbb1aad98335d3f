/** The JUnit XML of test files that end in every way, read by libxml2: it keeps the rules, and its sums are those of its cases. */
import { describe, expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isolate, place } from "../../support/isolate.ts";
import { SUITE } from "../../support/isolate-suite.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { needs } from "../../support/skip.ts";
import { withTemporary } from "../../support/temporary.ts";

requireNamespace();

const RULES = resolve(import.meta.dir, "../../fixtures/junit/rules.xsd");
/** Those that take no time and no memory. */
const FILES = [
  "passes",
  "fails",
  "exit",
  "exit-at-load",
  "segfault",
  "late-rejection",
  "empty",
  "skipped",
  "syntax",
  "names",
  "setsid",
] as const;
const ODD = "a&b <\"'[]]>é\u0007.test.ts";

async function lint(...args: readonly string[]): Promise<string> {
  const child = Bun.spawn(["xmllint", "--nonet", "--noout", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const [out, said, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  return code === 0 ? out.trim() : `exit ${code}: ${said}`;
}

const xmllint = needs("xmllint");

describe("JUnit XML", () => {
  xmllint("keeps the rules", async () => {
    await withTemporary(async (folder) => {
      const files = FILES.map((name) => [`${name}.test.ts`, SUITE[`${name}.test.ts`]?.source ?? ""]);
      place(folder, { ...Object.fromEntries(files), [ODD]: SUITE["names.test.ts"]?.source ?? "" });
      expect((await isolate(folder, ["test", "--junit", "out.xml"])).code).toBe(1);
      const path = join(folder, "out.xml");
      expect(await lint("--schema", RULES, path)).toBe("");
      expect(await lint("--xpath", "count(//testsuite)", path)).toBe(String(FILES.length + 1));
      for (const [sum, cases] of [
        ["tests", "testcase"],
        ["failures", "testcase/failure"],
        ["errors", "testcase/error"],
      ] as const) {
        const isRight = `/testsuites/@${sum} = count(//${cases}) and not(//testsuite[@${sum} != count(${cases})])`;
        expect([sum, await lint("--xpath", isRight, path)]).toEqual([sum, "true"]);
      }
    });
  });

  xmllint("what breaks the rules is refused", async () => {
    await withTemporary(async (folder) => {
      place(folder, { "a.test.ts": SUITE["fails.test.ts"]?.source ?? "" });
      await isolate(folder, ["test", "--junit", "out.xml"]);
      const right = readFileSync(join(folder, "out.xml"), "utf8");
      for (const [from, to] of [
        ["<testcase ", '<testcase line="1" '],
        ["</testsuites>", ""],
        ['tests="2"', 'tests="two"'],
      ] as const) {
        place(folder, { "wrong.xml": right.replace(from, to) });
        expect(await lint("--schema", RULES, join(folder, "wrong.xml"))).toContain("exit");
      }
    });
  });
});
