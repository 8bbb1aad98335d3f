/** What lets a request in is the account's alone: the socket, the token's file, and the settings that open the server wider. */
import { expect, test } from "bun:test";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renewToken } from "../../../src/http/access/token.ts";
import { USUAL_PORT } from "../../../src/http/serve.ts";
import { AS_NOBODY } from "../../newcomer/as-nobody.ts";
import { startDashboard } from "../../support/dashboard.ts";
import { runCli, scratchProject } from "../../support/launch.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { needs, root } from "../../support/skip.ts";

requireNamespace();

const NOBODY = 65_534;

/** A client that is none of our programs: connects, asks, prints the status. */
const CLIENT = `const { connect } = require("node:net");
const socket = connect(process.argv[1], () => socket.write("GET /health HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n"));
socket.on("error", (error) => console.log(error.code));
socket.on("data", (data) => console.log(String(data).slice(9, 12)));`;
const client = (path: string, as: readonly string[] = []): string =>
  Bun.spawnSync([...as, process.execPath, "-e", CLIENT, path], { cwd: "/" })
    .stdout.toString()
    .trim();

needs(root)("nobody but the account connects to the unix socket, whoever may enter the folder", async () => {
  using project = scratchProject({ mode: "observe" });
  chmodSync(project.directory, 0o755);
  const path = join(project.directory, "page.sock");
  await using dashboard = await startDashboard(project, ["--socket", path]);
  expect([lstatSync(path).isSocket(), lstatSync(path).mode & 0o777]).toEqual([true, 0o600]);
  expect(client(path)).toBe("200");
  expect(client(path, AS_NOBODY)).toBe("EACCES");
  expect((await dashboard.get("/api/processes")).status).toBe(200);
});

needs(root)(
  "a socket is not put where another account could exchange it, nor in place of a file",
  async () => {
    using project = scratchProject({ mode: "observe" });
    const folder = join(project.directory, "theirs");
    mkdirSync(folder);
    chownSync(folder, NOBODY, NOBODY);
    const theirs = await runCli(["dashboard", "--socket", join(folder, "page.sock")], project);
    expect(theirs).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("nobody") });
    const file = join(project.directory, "file");
    writeFileSync(file, "kept");
    const inPlace = await runCli(["dashboard", "--socket", file], project);
    expect(inPlace).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("is no socket") });
    expect(readFileSync(file, "utf8")).toBe("kept");
  },
);

needs(root)(
  "a token is new, whatever is in its place: others may know that one, or have put it there",
  () => {
    const directory = mkdtempSync(join(tmpdir(), "bun-watchdog-token-"));
    try {
      const file = join(directory, "token");
      const target = join(directory, "known.txt");
      const known = "A".repeat(43);
      let before = renewToken(file);
      const plants: readonly (() => void)[] = [
        () => {},
        () => chmodSync(file, 0o644),
        () => {
          writeFileSync(file, `${known}\n`);
          chownSync(file, NOBODY, NOBODY);
        },
        () => {
          writeFileSync(target, `${known}\n`, { mode: 0o600 });
          rmSync(file);
          symlinkSync(target, file);
        },
      ];
      for (const plant of plants) {
        plant();
        const after = renewToken(file);
        expect([after === before, after === known, readFileSync(file, "utf8")]).toEqual([
          false,
          false,
          `${after}\n`,
        ]);
        const { mode, uid } = lstatSync(file);
        expect([lstatSync(file).isFile(), mode & 0o777, uid]).toEqual([true, 0o600, 0]);
        before = after;
      }
      expect(readFileSync(target, "utf8")).toBe(`${known}\n`);
      expect(readdirSync(directory).toSorted()).toEqual(["known.txt", "token"]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);

test("what somebody is shown who listens where a server was is worth nothing for the next one", async () => {
  using project = scratchProject({ mode: "observe" });
  const first = await startDashboard(project, []);
  await first[Symbol.asyncDispose]();
  const { port } = first;
  using stranger = Bun.serve({ hostname: "127.0.0.1", port, fetch: () => new Response() });
  // the page of a tab that is still open, and whatever reads the token from its file
  const shown = [first.token, readFileSync(first.tokenFile, "utf8").trim()];
  await using second = await startDashboard(project, []);
  expect(second.port).not.toBe(stranger.port ?? 0);
  const statuses = shown.map(async (token) => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${second.address}api/processes`, { headers })).status;
  });
  expect(await Promise.all(statuses)).toEqual([401, 401]);
  expect((await second.get("/api/processes")).status).toBe(200);
  if (port === USUAL_PORT) expect(second.errors()).toContain("somebody else's");
});

test("a project's file opens nothing: not reading, not another port, not a socket of its own", async () => {
  using project = scratchProject(null);
  const socket = join(project.directory, "theirs.sock");
  writeFileSync(
    join(project.directory, ".kiro/bun-process-config.json"),
    JSON.stringify({
      mode: "observe",
      dashboard: { enabled: true, port: 4_444, socket, readWithoutToken: true, metricsWithoutToken: true },
    }),
  );
  await using dashboard = await startDashboard(project, []);
  expect(dashboard.address).toMatch(/^http:\/\/127\.0\.0\.1:(?!4444)\d+\/$/);
  expect((await fetch(`${dashboard.address}api/processes`)).status).toBe(401);
  for (const key of ["port", "socket", "readWithoutToken"])
    expect(dashboard.errors()).toContain(`dashboard.${key} in`);
});

test("where the token of a running server is gone, the server says it, and no other one is made for it", async () => {
  using project = scratchProject({ mode: "observe" });
  await using dashboard = await startDashboard(project);
  const known = await runCli(["dashboard"], project);
  expect(known.stdout).toContain(`${dashboard.address}#token=${dashboard.token}`);
  rmSync(dashboard.tokenFile);
  const gone = await runCli(["dashboard"], project);
  expect(gone).toMatchObject({ exitCode: 0, stdout: known.stdout });
  expect(existsSync(dashboard.tokenFile)).toBe(false);
});

test("a second server is refused, and a port that is taken is said", async () => {
  using project = scratchProject({ mode: "observe" });
  await using dashboard = await startDashboard(project);
  const second = await runCli(["dashboard", "--port", "0"], project);
  expect(second).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`pid ${dashboard.pid}`) });
  await dashboard[Symbol.asyncDispose]();
  using taken = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => {} } });
  const refused = await runCli(["dashboard", "--port", String(taken.port)], project);
  expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("--port") });
});
