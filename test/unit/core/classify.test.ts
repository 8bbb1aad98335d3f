import { describe, expect, test } from "bun:test";
import { classify } from "../../../src/core/process/classify.ts";
import type { Kind } from "../../../src/core/process/process.ts";

/** One line per case; blanks separate arguments. */
const CASES: Readonly<Record<Exclude<Kind, "other" | "compiled">, readonly string[]>> = {
  run: [
    "bun x.ts",
    "bun ./x",
    "bun dir/x",
    "bun .",
    "bun run x.ts",
    "bun run ./dev",
    "bun run -",
    "/usr/local/bin/bun index.js",
    "/repo/node_modules/bun/bin/bun.exe x.mts",
    "-bun x.ts",
    "bun --smol x.ts",
    "bun --inspect x.ts",
    "bun --inspect=0.0.0.0:6499 x.ts",
    "bun --inspect-brk x.ts",
    "bun --inspect-wait x.ts",
    "bun --cwd /srv/app x.ts",
    "bun --cwd=/srv/app x.ts",
    "bun --preload ./setup.ts x.ts",
    "bun -r ./setup.ts x.ts",
    "bun --config=bunfig.toml x.ts",
    "bun -c x.ts",
    "bun --define process.env.X:1 x.ts",
    "bun -d X:1 x.ts",
    "bun --env-file .env x.ts",
    "bun --port 80 x.ts",
    "bun --bun run x.ts",
    "bun -b x.ts",
    "bun x.ts --watch",
    "bun x.ts test",
    "bun x.ts --hot --test-worker",
    "bun run x.ts --filter all",
    "bun -- x.ts",
    "bun -e code()",
    "bun --eval code() --watch",
    "bun --eval=code()",
    "bun -p 1+1",
    "bun --print 1+1",
    "bun exec ls",
    "bun --if-present x.js",
    "bun check",
    "bun fmt",
    "bun --version",
    "bun run",
    "bun --cwd /srv",
    "node x.js",
    "node /repo/node_modules/.bin/vite dev",
    "/tmp/bun-node-a7733435c/node test",
    "node run",
    "node install",
    "bun /repo/node_modules/.bin/vite --hot",
    "bun index.html",
    "bun script.sh",
  ],
  launcher: [
    "bun run dev",
    "bun dev",
    "bun start",
    "bun run build",
    "bun run test",
    "bun run install",
    "bun --bun run dev",
    "bun run --bun dev",
    "bun --cwd packages/a dev",
    "bun --cwd=packages/a run dev",
    "bun --silent run dev",
    "bun run --silent lint:fix",
    "bun run --filter * dev",
    "bun --filter * dev",
    "bun -F web dev",
    "bun run --workspaces build",
    "bun run --parallel a b",
    "bun run --sequential a.b c",
    "bun run --shell system dev",
    "bun --elide-lines 10 --filter web dev",
    "bun run dev --watch",
    "bun run dev x.ts",
    "bun --no-orphans run dev",
  ],
  test: [
    "bun test",
    "bun test a.test.ts",
    "bun test --timeout 5",
    "bun --smol test",
    "bun --cwd /x test",
    "bun test --parallel=2",
    "bun test -t name",
    "bun test -- --watch",
  ],
  "test-worker": [
    "bun test --test-worker",
    "bun test --parallel=2 --test-worker",
    "bun --test-worker",
    "bun --test-worker test a",
  ],
  build: [
    "bun build ./a.ts",
    "bun build --compile a.ts --outfile a",
    "bun --smol build a.ts",
    "bun build a.ts -- --watch",
  ],
  watch: [
    "bun --watch x.ts",
    "bun run --watch x.ts",
    "bun --watch run x.ts",
    "bun --no-clear-screen --watch x.ts",
    "bun --watch --cwd /x x.ts",
    "bun --watch test",
    "bun test --watch",
    "bun test a.test.ts --watch",
    "bun build a.ts --watch",
    "bun --watch run dev",
    "node --watch x.js",
    "bun --watch -e code()",
  ],
  hot: ["bun --hot x.ts", "bun run --hot x.ts", "bun --hot run server.ts", "bun --hot --port 80 x.ts"],
  bunx: ["bunx vite", "bunx", "/x/bin/bunx.exe -p a b", "bun x vite", "bun --bun x vite", "bunx --bun vite"],
  install: [
    ..."install i ci add a remove rm uninstall update upgrade audit outdated link unlink publish patch pm create c init"
      .split(" ")
      .map((command) => `bun ${command}`),
    "bun add -d zod",
    "bun --cwd /x install",
    "bun i --frozen-lockfile",
    "bun pm ls",
    "bun create vite app",
  ],
  repl: ["bun repl", "bun", "/x/bun", "bun --interactive", "node"],
};

for (const [kind, lines] of Object.entries(CASES)) {
  describe(kind, () => {
    test.each([...lines])("%s", (line) => {
      expect<string>(classify(line.split(" "), "bun")).toBe(kind);
    });
  });
}

describe("what the executable is goes first", () => {
  test("a compiled program may have any arguments", () => {
    expect(classify(["bun", "test", "--watch"], "compiled")).toBe("compiled");
  });
  test("and so may another program", () => {
    expect(classify(["bun", "test"], "other")).toBe("other");
  });
});

test.each([[null], [[]]])("Bun whose arguments are %p runs something", (argv) => {
  expect(classify(argv, "bun")).toBe("run");
});

test("hostile arguments have a kind too", () => {
  for (const argument of [
    "",
    "\0",
    "-",
    "--",
    "---",
    "=",
    "--=",
    "\ud800",
    "\x1b[2J",
    "a".repeat(100_000),
    "-".repeat(1000),
  ]) {
    expect(classify(["bun", argument], "bun")).toBeString();
    expect(classify([argument, argument, argument], "bun")).toBeString();
  }
});
