/** Beside the neighbours, and alike from a distance: each of them has to go. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Runaway } from "./neighbour.ts";

const SPIN = "for (;;);";
const DEAF = `process.on("SIGTERM", () => {}); `;
const HANG = `import { test } from "bun:test"; test("hangs", async () => { await new Promise(() => setInterval(() => {}, 1000)); }, 1e9);`;
const server = readFileSync(join(import.meta.dir, "files/stdio-server.ts"), "utf8");

export const runaways: readonly Runaway[] = [
  {
    name: "a spin",
    at: "project",
    files: { "spin.ts": DEAF + SPIN },
    start: "exec bun spin.ts",
    processes: 1,
    rules: ["cpu", "timeout", "concurrency"],
  },
  {
    name: "a spin elsewhere",
    at: "elsewhere",
    files: { "spin.ts": DEAF + SPIN },
    start: "exec bun spin.ts",
    processes: 1,
    rules: ["cpu"],
  },
  {
    name: "a leak",
    at: "project",
    files: {
      "leak.ts": "const kept = []; setInterval(() => kept.push(Buffer.alloc(40 * 2 ** 20, 1)), 100);",
    },
    start: "exec bun leak.ts",
    processes: 1,
    rules: ["memory"],
  },
  {
    name: "an orphaned MCP server at 100 %",
    at: "elsewhere",
    needs: ["node"],
    // its agent dies without a word, and it spins on the end of its input
    files: { "mcp.ts": `${server}\nprocess.stdin.on("end", () => { for (;;); });` },
    start: `node "$STREET_FILES/agent.mjs" bun mcp.ts & agent=$!; sleep 2; kill -KILL $agent; exit`,
    processes: 1,
    rules: ["cpu"],
  },
  {
    name: "an orphaned MCP server that idles",
    at: "project",
    needs: ["node"],
    files: { "mcp.ts": server },
    start: `node "$STREET_FILES/agent.mjs" bun mcp.ts & agent=$!; sleep 2; kill -KILL $agent; exit`,
    processes: 1,
    rules: ["timeout", "concurrency"],
  },
  {
    name: "a hung test in a monorepo",
    at: "project",
    files: { "packages/a/package.json": `{"name":"a"}`, "packages/a/hang.test.ts": HANG },
    start: "cd packages/a && exec bun test",
    processes: 1,
    // beside the other runaways of the project it may be one too many before it is too old
    rules: ["timeout", "concurrency"],
  },
  {
    name: "ten stale tests of one parent",
    at: "project",
    files: { "hang.test.ts": HANG },
    start: "for i in 1 2 3 4 5 6 7 8 9 10; do bun test & done; wait",
    processes: 10,
    rules: ["timeout", "concurrency"],
  },
  {
    name: "a hang typed four times at a prompt",
    at: "project",
    needs: ["tmux"],
    files: { "hang.test.ts": HANG },
    start: `tmux -L "$STREET_NAME" -f /dev/null new-session -d bash --norc; sleep 0.5
      for i in 1 2 3 4; do tmux -L "$STREET_NAME" send-keys 'bun test' Enter; sleep 0.2; done
      exec sleep 1000`,
    processes: 1,
    rules: ["timeout"],
  },
];
