/** What others take for the same: a process that shows what runs, in a browser or in a terminal. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packagesBin, packagesDirectory } from "../../test/street/packages.ts";
import { scratchDirectory } from "../support/scratch.ts";

export interface Other extends AsyncDisposable {
  readonly name: string;
  /** Its own processes, and none that was there before. */
  readonly pids: () => readonly number[];
  /** What a page of it asks for every two seconds; null = it is a terminal's. */
  readonly asks: string | null;
}

const LONGEST_START_MS = 30_000;

async function answers(url: string): Promise<void> {
  const endMs = performance.now() + LONGEST_START_MS;
  for (;;) {
    try {
      if ((await fetch(url)).ok) return;
    } catch (error) {
      if (performance.now() > endMs) throw error;
    }
    await Bun.sleep(100);
  }
}

/** Of this machine's loopback address; free a moment ago. */
function freePort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => {} } });
  const { port } = listener;
  listener.stop(true);
  return port;
}

const ended = async (child: Bun.Subprocess): Promise<void> => {
  child.kill("SIGKILL");
  await child.exited;
};

const QUIET = { stdin: "ignore", stdout: "ignore", stderr: "ignore" } as const;

export const glancesMissing = (): string | null =>
  Bun.which("glances") !== null && existsSync("/usr/lib/python3/dist-packages/bottle.py")
    ? null
    : "needs glances and python3-bottle: npm run test:deps";

export async function glances(): Promise<Other> {
  const port = freePort();
  const argv = ["glances", "-w", "--disable-check-update", "-B", "127.0.0.1", "-p", String(port)];
  const child = Bun.spawn(argv, QUIET);
  const url = `http://127.0.0.1:${port}`;
  await answers(`${url}/api/3/all`);
  return {
    name: "glances -w 3.3.1",
    pids: () => [child.pid],
    // Debian leaves out the page itself, whose program is not in source form
    asks: `${url}/api/3/all`,
    [Symbol.asyncDispose]: () => ended(child),
  };
}

/** `pm2 web` is no command any more; what it started is still in the package. */
export async function pm2Web(): Promise<Other> {
  return await withPm2(async (env) => {
    const port = freePort();
    const child = Bun.spawn(["node", join(packagesDirectory, "pm2/lib/HttpInterface.js")], {
      ...QUIET,
      env: { ...env, PM2_API_IPADDR: "127.0.0.1", PM2_API_PORT: String(port) },
    });
    const url = `http://127.0.0.1:${port}/`;
    await answers(url);
    return { name: "pm2 web 7.0.4", child, asks: url };
  });
}

export async function pm2Monit(): Promise<Other> {
  return await withPm2(async (env) => {
    const argv = [
      "script",
      "-qfec",
      `stty cols 160 rows 50; exec ${join(packagesBin, "pm2")} monit`,
      "/dev/null",
    ];
    return { name: "pm2 monit 7.0.4", child: Bun.spawn(argv, { ...QUIET, stdin: "pipe", env }), asks: null };
  });
}

/** proc_pid_task(5) */
const childrenOf = (pid: number): readonly number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);

type Env = Readonly<Record<string, string | undefined>>;
interface Started {
  readonly name: string;
  readonly child: Bun.Subprocess;
  readonly asks: Other["asks"];
}

/** With a daemon of its own, which is not counted. */
async function withPm2(start: (env: Env) => Promise<Started>): Promise<Other> {
  const home = scratchDirectory();
  const env = { ...process.env, HOME: home.path, PM2_HOME: home.path, PM2_DISABLE_VERSION_CHECK: "true" };
  const pm2 = async (word: string): Promise<void> => {
    const { exitCode } = Bun.spawnSync([join(packagesBin, "pm2"), word], { ...QUIET, env });
    if (exitCode !== 0) throw new Error(`pm2 ${word} ended with ${exitCode}`);
  };
  await pm2("ping");
  const { name, child, asks } = await start(env);
  return {
    name,
    // a terminal is no part of what is shown in it
    pids: () => (asks === null ? childrenOf(child.pid) : [child.pid]),
    asks,
    [Symbol.asyncDispose]: async () => {
      for (const pid of childrenOf(child.pid)) process.kill(pid, "SIGKILL");
      await ended(child);
      await pm2("kill");
      home[Symbol.dispose]();
    },
  };
}
