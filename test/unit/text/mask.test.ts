import { describe, expect, test } from "bun:test";
import { commandLine, maskSecrets, maskText, printable } from "../../../src/text/mask.ts";

const SECRET = "s3cr3t-Value";

describe("a secret is not shown", () => {
  test.each<{ argv: string[] }>([
    { argv: [`--password=${SECRET}`] },
    { argv: [`--password`, SECRET] },
    { argv: [`--db-password`, SECRET] },
    { argv: [`--token`, SECRET] },
    { argv: [`--authToken=${SECRET}`] },
    { argv: [`--api-key=${SECRET}`] },
    { argv: [`--apikey`, SECRET] },
    { argv: [`--client-secret=${SECRET}`] },
    { argv: [`--pass`, SECRET] },
    { argv: [`API_KEY=${SECRET}`] },
    { argv: [`DATABASE_PASSWORD=${SECRET}`] },
    { argv: [`AWS_SECRET_ACCESS_KEY=${SECRET}`] },
    { argv: [`//registry.example/:_authToken=${SECRET}`] },
    { argv: [`-H`, `Authorization: Bearer ${SECRET}`] },
    { argv: [`-H`, `Authorization: Basic ${SECRET} ${SECRET}`] },
    { argv: [`-H`, `Cookie: a=${SECRET}; b=${SECRET}`] },
    { argv: [`-H`, `X-Api-Key: ${SECRET}`] },
    { argv: [`-u`, `me:${SECRET}`] },
    { argv: [`--user`, `me:${SECRET}`] },
    { argv: [`https://me:${SECRET}@example.com/x`] },
    { argv: [`--url=postgres://me:${SECRET}@db:5432/x`] },
    { argv: [`https://example.com/?a=1&access_token=${SECRET}&b=2`] },
    { argv: [`-e`, `const password = "${SECRET}"; run()`] },
    { argv: [`-e`, `fetch(u, {"apiKey": '${SECRET}'})`] },
    { argv: [`{"token":"${SECRET}"}`] },
  ])("%j", ({ argv }) => {
    const line = commandLine(["bun", "x.ts", ...argv]);
    expect(line).not.toContain(SECRET);
    expect(line).toContain("***");
  });

  test.each([
    "sk-ant-api03-abcdefghijklmnop_qrstuv-wx",
    "sk-proj-abcdefghijklmnopqrstuv",
    "sk_live_abcdefghijklmnopqrstuv",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "github_pat_11ABCDEFG0abcdefghijklmnop_q",
    "glpat-abcdefghijklmnopqrst",
    "npm_abcdefghijklmnopqrstuvwxyz0123456789",
    "hf_abcdefghijklmnopqrstuvwxyz",
    "xoxb-123456789012-abcdef",
    "AKIAIOSFODNN7EXAMPLE",
    "AIzaSyA-abcdefghijklmnopqrstuvwxyz01234",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
  ])("known by its shape: %s", (key) => {
    expect(maskText(`run with ${key} now`)).toBe("run with *** now");
  });
});

describe("what is none stays", () => {
  test.each<{ argv: string[] }>([
    { argv: ["bun", "test", "--pass-with-no-tests", "a.test.ts"] },
    { argv: ["bun", "x.ts", "--max-tokens", "5"] },
    { argv: ["bun", "x.ts", "--author=me", "--tokenizer", "fast"] },
    { argv: ["bun", "x.ts", "--port=3000", "https://example.com:8080/a?b=c"] },
    { argv: ["bun", "x.ts", "PATH=/usr/bin", "--key", "server.pem"] },
    { argv: ["bun", "x.ts", "-u", "snapshots"] },
    { argv: ["bun", "run", "secret"] },
    { argv: ["bun", "-e", "console.log(1 + 2)"] },
  ])("%j", ({ argv }) => {
    expect(maskSecrets(argv)).toEqual(argv);
  });

  test("an option behind one that takes a secret is an option", () => {
    expect(maskSecrets(["--token", "--verbose"])).toEqual(["--token", "--verbose"]);
  });
});

describe("printable", () => {
  test.each([
    ["a\nb\r\tc", "a\\nb\\r\\tc"],
    ["\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"],
    ["\x00\x07\x7f\x9b", "\\x00\\x07\\x7f\\x9b"],
    ["abc\u202Etxt.exe", "abc\\u202etxt.exe"],
    ["a\u2028b\u200bc", "a\\u2028b\\u200bc"],
    ["half \ud800 a", "half \ufffd a"],
    ["ünï 漢字 🐰", "ünï 漢字 🐰"],
    ["", ""],
  ])("%p", (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  test("is never longer than asked, and says that it was cut", () => {
    expect(printable("x".repeat(5000), 100)).toBe(`${"x".repeat(99)}…`);
    expect(printable("\n".repeat(60), 100)).toHaveLength(100);
    expect(printable("x".repeat(100), 100)).toBe("x".repeat(100));
  });

  test("cuts no character in half", () => {
    for (let max = 5; max < 12; max++) expect(printable("🐰".repeat(20), max).isWellFormed()).toBe(true);
  });
});

/** Not a time limit: what is not linear does not come back at all from these. */
test("megabytes of arguments that look like names, quotes or keys are dealt with", () => {
  for (const part of [
    "a",
    "a.",
    "-",
    "--token-",
    '"',
    "sk-",
    "sk_a_",
    "eyJaaaaaaaa.",
    "x://",
    "a:b@",
    "a = ",
    "  ",
  ]) {
    const argument = part.repeat(1_000_000 / part.length);
    expect(commandLine(["bun", argument, `--x=${argument}`]).length).toBeLessThanOrEqual(400);
  }
  expect(commandLine(Array.from({ length: 1_000_000 }, () => "token=x")).length).toBe(400);
});
