/** Orphaned on purpose: at most suspected, for as long as they listen and do not spin. */
import type { Neighbour } from "../neighbour.ts";

const because = "listens; orphaned on purpose";
const SERVER = "Bun.serve({ port: 0, fetch: () => new Response('ok') });";
const files = { "server.ts": SERVER };

export const daemons: readonly Neighbour[] = [
  {
    name: "nohup server",
    at: "project",
    because,
    files,
    start: "nohup bun server.ts >/dev/null 2>&1 & exit",
    processes: 1,
  },
  {
    name: "disowned server",
    at: "project",
    because,
    files,
    start: "bun server.ts >/dev/null 2>&1 & disown; exit",
    processes: 1,
  },
  {
    name: "daemon of an agent's shell",
    at: "project",
    because,
    files,
    start: "bash -c 'sleep 2; bun server.ts & sleep 2' & wait",
    processes: 1,
  },
  {
    name: "a session of its own",
    at: "project",
    because,
    files,
    start: "setsid --fork bun server.ts",
    processes: 1,
  },
  {
    name: "pm2 with five services",
    at: "project",
    because: "listens; pm2 restarts it",
    needs: ["packages", "node"],
    files: {
      ...files,
      "ecosystem.config.cjs": `module.exports = { apps: [1, 2, 3, 4, 5].map((i) => ({ name: "s" + i, script: "server.ts", interpreter: "bun" })) };`,
    },
    start: `export PM2_HOME="$PWD/.pm2"; pm2 start ecosystem.config.cjs; pm2 restart all; touch up; exec sleep 1000`,
    processes: 5,
    saysUp: true,
  },
];
