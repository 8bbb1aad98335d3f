/** They listen nowhere: a connection to somebody else, a terminal or the person's own word keeps them. */
import type { Neighbour } from "../neighbour.ts";

const connected = "has an established connection";
const IDLE = "setInterval(() => {}, 1000);";
const CRON = `import { Cron } from "croner"; new Cron("* * * * *", () => {}); `;

/** A terminal of tmux, that is still there; what is typed into it. The server of tmux belongs to the neighbour. */
const inTerminal = (keys: string): string =>
  `tmux -L "$STREET_NAME" -f /dev/null new-session -d -x 80 -y 24 bash --norc; sleep 0.5
   tmux -L "$STREET_NAME" send-keys ${keys}
   exec sleep 1000`;

export const workers: readonly Neighbour[] = [
  {
    name: "bullmq on redis",
    at: "project",
    because: connected,
    needs: ["packages", "redis-server"],
    files: {
      "worker.ts": `import { Worker } from "bullmq"; new Worker("q", async () => {}, { connection: { path: process.cwd() + "/redis.sock", maxRetriesPerRequest: null } });`,
    },
    start: `redis-server --port 0 --unixsocket "$PWD/redis.sock" --save "" >/dev/null &
      until [ -S redis.sock ]; do sleep 0.1; done; bun worker.ts`,
    processes: 1,
  },
  {
    name: "ws bot",
    at: "project",
    because: connected,
    needs: ["packages", "node"],
    files: {
      "chat.mjs": `import { WebSocketServer } from "ws"; import { writeFileSync } from "node:fs"; const server = new WebSocketServer({ port: 0, host: "127.0.0.1" }, () => writeFileSync("port", String(server.address().port)));`,
      "bot.ts": `import { readFileSync } from "node:fs"; import WebSocket from "ws"; new WebSocket("ws://127.0.0.1:" + readFileSync("port", "utf8"));`,
    },
    start: "node chat.mjs & until [ -s port ]; do sleep 0.1; done; bun bot.ts",
    processes: 1,
  },
  {
    name: "croner in a terminal",
    at: "project",
    because: "its terminal is there",
    needs: ["packages", "tmux"],
    files: { "cron.ts": CRON },
    start: inTerminal("'bun cron.ts' Enter"),
    processes: 1,
  },
  {
    name: "in a terminal, with &",
    at: "project",
    because: "its terminal is there",
    needs: ["tmux"],
    files: { "idle.ts": IDLE },
    start: inTerminal("'bun idle.ts &' Enter"),
    processes: 1,
  },
  {
    name: "in a terminal, after Ctrl-Z",
    at: "project",
    because: "its terminal is there",
    needs: ["tmux"],
    files: { "idle.ts": IDLE },
    start: inTerminal(`'bun idle.ts' Enter; sleep 1; tmux -L "$STREET_NAME" send-keys C-z`),
    processes: 1,
  },
  {
    name: "bun repl",
    at: "project",
    because: "its terminal is there",
    needs: ["tmux"],
    start: inTerminal("'bun repl' Enter"),
    processes: 1,
  },
  {
    name: "croner of another project",
    at: "elsewhere",
    because: "age is not enforced elsewhere",
    needs: ["packages"],
    files: { "cron.ts": CRON },
    start: "exec bun cron.ts",
    processes: 1,
  },
  {
    name: "playwright on chromium",
    at: "elsewhere",
    because: "age is not enforced elsewhere",
    needs: ["packages", "chromium"],
    files: {
      "browse.ts": `import { chromium } from "playwright-core"; const browser = await chromium.launch({ executablePath: Bun.which("chromium")!, args: ["--no-sandbox"] }); const page = await browser.newPage(); for (;;) { await page.setContent("<p>" + Date.now()); await Bun.sleep(500); }`,
    },
    start: "exec bun browse.ts",
    processes: 1,
  },
  {
    name: "playwright in the project",
    at: "project",
    because: "its browser listens",
    needs: ["packages", "chromium"],
    files: {
      "browse.ts": `import { chromium } from "playwright-core"; const browser = await chromium.launch({ executablePath: Bun.which("chromium")!, args: ["--no-sandbox"] }); const page = await browser.newPage(); for (;;) { await page.setContent("<p>" + Date.now()); await Bun.sleep(500); }`,
    },
    start: "exec bun browse.ts",
    processes: 1,
  },
];
