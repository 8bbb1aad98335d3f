/** When an app counts as ready, and what becomes of a reload whose new process does not get there. */
import { expect } from "bun:test";
import { managedFolder, type AppFile } from "../support/manage.ts";
import { hasCode } from "../support/proc.ts";
import { until } from "../support/ready.ts";
import { needs, pidNamespace } from "../support/skip.ts";

const here = needs(pidNamespace);

const freePort = (): number => {
  using server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  return server.port;
};

/** Does what makes it ready once the file `go` is there. */
const AFTER_GO = (act: string): string =>
  `import { existsSync } from "node:fs"; console.log("up"); while (!existsSync("go")) await Bun.sleep(20); ${act}; setInterval(() => {}, 1000);`;

here("by a message, a port, an answer, a line: starting until then, online after", async () => {
  await using folder = managedFolder();
  const [port, web] = [freePort(), freePort()];
  const app = (name: string, act: string, ready: unknown): AppFile => ({
    name,
    script: folder.program(`${name}.ts`, AFTER_GO(act)),
    ready,
    kill_timeout: 500,
  });
  folder.declare(
    app("message", `process.send?.("ready")`, "message"),
    app("port", `Bun.serve({ port: ${port}, fetch: () => new Response("") })`, { port }),
    app(
      "http",
      `let asked = 0; Bun.serve({ port: ${web}, fetch: () => new Response("", { status: ++asked < 3 ? 503 : 200 }) })`,
      { http: `http://localhost:${web}/health` },
    ),
    app("line", `console.error("now listening on 1")`, { log: "listening on \\d" }),
  );
  const start = folder.ok("start");
  const names = ["message", "port", "http", "line"];
  expect(await until(() => names.every((name) => folder.log(name) === "up\n"), 30_000)).toBe(true);
  for (const name of names) expect((await folder.instance(name)).state).toBe("starting");
  folder.program("go", "");
  expect((await start).stdout.match(/ online /gu)).toHaveLength(4);
  for (const name of names) expect((await folder.instance(name)).state).toBe("online");
});

here("who is not ready in time has failed, and is ended", async () => {
  await using folder = managedFolder();
  folder.declare(
    folder.shell("never", "echo up; exec sleep 1000", {
      wait_ready: true,
      listen_timeout: 300,
      autorestart: false,
    }),
  );
  const started = await folder.bunctl("start");
  expect(started).toMatchObject({ exitCode: 1 });
  expect(started.stderr).toContain("was not ready within 0.3 s");
  expect(await folder.instance("never")).toMatchObject({
    state: "stopped",
    lastExit: { reason: "not-ready" },
  });
  expect(folder.living()).toEqual([]);
});

/** Serves on a shared port, and finishes what it has taken. */
const SERVER = (port: number): string => `
if (await Bun.file("broken").exists()) process.exit(1);
const server = Bun.serve({ port: ${port}, reusePort: true, fetch: async () => (await Bun.sleep(20), new Response(String(process.pid))) });
process.on("SIGTERM", async () => { await server.stop(); process.exit(0); });
`;

here("a reload refuses no request, and the old process stays where the new one fails", async () => {
  await using folder = managedFolder();
  const port = freePort();
  const script = folder.program("server.ts", SERVER(port));
  folder.declare({ name: "web", script, instances: 2, ready: { port } });
  await folder.ok("start");
  const answered = new Set<string>();
  const refused: string[] = [];
  const over = new AbortController();
  const client = async (): Promise<void> => {
    while (!over.signal.aborted)
      try {
        const response = await fetch(`http://127.0.0.1:${port}`, { headers: { connection: "close" } });
        answered.add(await response.text());
      } catch (error) {
        // who had given its connection to a socket that closed just then is not refused: it asks anew (tcp_migrate_req, ip-sysctl)
        if (!hasCode(error, "ECONNRESET")) refused.push(String(error));
      }
  };
  const clients = Array.from({ length: 4 }, client);
  for (let times = 0; times < 2; times++) await folder.ok("reload", "web");
  expect(answered.size).toBeGreaterThan(2);
  folder.program("broken", "");
  const before = folder.living("web");
  const failed = await folder.bunctl("reload", "web");
  expect(failed).toMatchObject({ exitCode: 1 });
  expect(failed.stderr).toContain("code 1");
  over.abort();
  await Promise.all(clients);
  expect(folder.living("web")).toEqual(before);
  expect(refused).toEqual([]);
});

/** The first one says that it listens all the time; the next one begins that line, and ends it when it may. */
const REPEATING = `
import { existsSync, writeSync } from "node:fs";
if (existsSync("next")) {
  writeSync(1, "next is up\\nlist");
  while (!existsSync("go")) await Bun.sleep(20);
  writeSync(1, "ening\\n");
}
setInterval(() => existsSync("go") || writeSync(1, "listening\\n"), 20);
`;

here(
  "a line of the old process does not make the new one ready, and lines of the two are not mixed",
  async () => {
    await using folder = managedFolder();
    folder.declare({
      name: "web",
      script: folder.program("web.ts", REPEATING),
      ready: { log: "^listening$" },
    });
    await folder.ok("start");
    const [old] = folder.living("web");
    folder.program("next", "");
    const reload = folder.ok("reload", "web");
    const linesAfter = (): string => folder.log("web").split("next is up\n")[1] ?? "";
    expect(await until(() => linesAfter().length > 100)).toBe(true);
    expect(folder.living("web")).toHaveLength(2);
    expect((await folder.instance("web")).root?.pid).toBe(old);
    folder.program("go", "");
    await reload;
    const spools = (): string[] => [
      ...new Bun.Glob("**/spools/*").scanSync(folder.env["XDG_STATE_HOME"] ?? ""),
    ];
    expect(await until(() => spools().length === 3)).toBe(true);
    await folder.killManager();
    await folder.ok("start");
    expect(spools()).toHaveLength(3);
    expect(new Set(folder.log("web").split("\n"))).toEqual(new Set(["listening", "next is up", ""]));
  },
);
