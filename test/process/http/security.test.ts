/**
 * Whoever reaches the server with something else than the page sends: the right status, nobody signalled, nothing told,
 * and the server and the watch go on. `npm run soak -- --only dashboard` has the long version of the floods.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { startRunaway } from "../../newcomer/scaled.ts";
import { dashboardFlood } from "../../soak/dashboard.ts";
import { startDashboard, type TestDashboard } from "../../support/dashboard.ts";
import { scratchProject, startMonitor, type RunningMonitor } from "../../support/launch.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { seed } from "../../support/random.ts";
import { lines, raw } from "../../support/raw-http.ts";
import { isAlive, type Fixture } from "../../support/ready.ts";

requireNamespace();

/** Masked wherever it is shown; the last one stands for a token of ours in somebody's command line. */
const SECRETS = ["hunter2hunter2", "s3cr3t-value-of-a-flag"] as const;

const project = scratchProject({
  maxConcurrentProcesses: 50,
  monitoringIntervalMs: 200,
  scope: "project",
});
let monitor: RunningMonitor;
let dashboard: TestDashboard;
let bystander: Fixture;
beforeAll(async () => {
  mkdirSync(join(project.directory, "dist/page"), { recursive: true });
  writeFileSync(join(project.directory, "dist/page/evil.js"), "evil");
  writeFileSync(join(project.directory, "dist/page/index.html"), "evil");
  monitor = await startMonitor(project);
  dashboard = await startDashboard(project);
  bystander = await startRunaway(`TOKEN=${SECRETS[0]}`, "--token", SECRETS[1]);
});
afterAll(async () => {
  // nobody was signalled by any of it
  expect(project.events().filter(({ type }) => type === "intent")).toEqual([]);
  expect(isAlive(bystander.root)).toBe(true);
  await bystander[Symbol.asyncDispose]();
  await dashboard[Symbol.asyncDispose]();
  await monitor[Symbol.asyncDispose]();
  project[Symbol.dispose]();
});

const send = (...head: readonly string[]) => raw(dashboard.port, lines(...head));
const host = (): string => `Host: 127.0.0.1:${dashboard.port}`;
const bearer = (): string => `Authorization: Bearer ${dashboard.token}`;

const post = (type: string, body: string | Uint8Array) =>
  fetch(`${dashboard.address}api/cleanup`, {
    method: "POST",
    headers: { authorization: `Bearer ${dashboard.token}`, "content-type": type },
    body,
  });

describe("who asks", () => {
  test.each<[string, string, number]>([
    ["the address", "127.0.0.1:PORT", 200],
    ["its name", "localhost:PORT", 200],
    ["another port, as a tunnel has it", "localhost:9", 200],
    ["another name", "evil.example", 421],
    ["another name, our port", "evil.example:PORT", 421],
    ["a name that begins like ours", "127.0.0.1.evil.example", 421],
    ["a name that ends like ours", "evil-localhost", 421],
    ["ours as a user", "127.0.0.1:PORT@evil.example", 421],
    ["another address", "0.0.0.0:PORT", 421],
    ["another way to write it", "2130706433:PORT", 421],
    ["nothing", "", 421],
  ])("Host: %s", async (_, name, status) => {
    const answer = await send(
      "GET /health HTTP/1.1",
      `Host: ${name.replace("PORT", String(dashboard.port))}`,
    );
    expect(answer.status).toBe(status);
  });

  test("two hosts, and none", async () => {
    expect((await send("GET /health HTTP/1.1", host(), "Host: evil.example")).status).toBe(400);
    expect((await send("GET /health HTTP/1.1", host(), host())).status).toBe(400);
    expect((await send("GET /health HTTP/1.1")).status).toBe(400);
    expect((await send("GET /health HTTP/1.0")).status).toBe(400);
    expect((await send("GET /health HTTP/1.0", host())).status).toBe(200);
  });

  test.each<[string, readonly string[], number]>([
    ["our page", ["Origin: http://127.0.0.1:PORT", "Sec-Fetch-Site: same-origin"], 200],
    ["another site", ["Origin: http://evil.example"], 403],
    ["a file, or a frame without an origin", ["Origin: null"], 403],
    ["another port of this machine", ["Origin: http://127.0.0.1:9"], 403],
    ["its other name", ["Origin: http://localhost:PORT"], 403],
    ["https", ["Origin: https://127.0.0.1:PORT"], 403],
    ["an image in a page of another site", ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Dest: image"], 403],
    ["a page of another port", ["Sec-Fetch-Site: same-site"], 403],
  ])("from %s, with the token", async (_, headers, status) => {
    const own = headers.map((each) => each.replace("PORT", String(dashboard.port)));
    const answer = await send("GET /api/processes HTTP/1.1", host(), bearer(), ...own);
    expect(answer.status).toBe(status);
    expect(answer.head.toLowerCase()).not.toContain("access-control");
  });

  test.each<[string, (token: string) => readonly string[]]>([
    ["no token", () => []],
    ["an empty one", () => ["Authorization: Bearer "]],
    ["another one", () => [`Authorization: Bearer ${"A".repeat(43)}`]],
    ["the beginning of it", (token) => [`Authorization: Bearer ${token.slice(0, -1)}`]],
    ["more than it", (token) => [`Authorization: Bearer ${token}A`]],
    ["it twice", (token) => [`Authorization: Bearer ${token}`, `Authorization: Bearer ${token}`]],
    ["another scheme", (token) => [`Authorization: Basic ${btoa(`x:${token}`)}`]],
    ["it as a cookie", (token) => [`Cookie: token=${token}`]],
  ])("%s", async (_, headers) => {
    const own = headers(dashboard.token);
    const answers = await Promise.all([
      send("GET /api/processes HTTP/1.1", host(), ...own),
      send("GET /api/events HTTP/1.1", host(), ...own),
      send("POST /api/cleanup HTTP/1.1", host(), "Content-Length: 0", ...own),
      send(`GET /api/processes?token=${dashboard.token} HTTP/1.1`, host(), ...own),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
    expect(answers[0]?.head).toContain("application/problem+json");
    expect(answers.some(({ body }) => body.includes('"pid"'))).toBe(false);
  });

  test("every answer forbids what a browser could do with it", async () => {
    for (const path of ["/health", "/api/processes", "/nothing", "/"]) {
      const { head } = await send(`GET ${path} HTTP/1.1`, host());
      const lower = head.toLowerCase();
      for (const header of [
        "content-security-policy: default-src 'none'",
        "frame-ancestors 'none'",
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
        "cross-origin-resource-policy: same-origin",
      ])
        expect([path, lower.includes(header)]).toEqual([path, true]);
      expect(lower).not.toContain("unsafe-inline");
    }
  });
});

describe("what is asked for", () => {
  const TRICKS = [
    "/../../../../etc/passwd",
    "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/..%2f..%2f..%2fetc%2fpasswd",
    "/%252e%252e%252fetc%252fpasswd",
    "//etc/passwd",
    "/\\..\\..\\etc\\passwd",
    "/%00",
    "/index.html%00.js",
    "/index.html/",
    "/./package.json",
    "/package.json",
    "/.git/config",
    "/evil.js",
    "/dist/page/evil.js",
    "/page-files.ts",
    "/api//processes",
    "//api/processes",
    "/api/processes/",
    "/API/processes",
    "/api/processes/..%2fcleanup",
    "/api/processes/%zz",
    "/api/processes/1",
    "/api/processes/1-2%00",
    "/api/processes/1-2%2fstop",
    "/api/processes/-1-5",
    "/api/processes/00000000010-5",
    `/api/processes/${"9".repeat(400)}-1`,
    "/api/openapi.json/..%2f..%2fpackage.json",
    "/__proto__",
    "/constructor",
    "/toString",
  ] as const;
  test.each(TRICKS.map((path) => [path] as const))("GET %s finds nothing", async (path) => {
    const { status, body } = await send(`GET ${path} HTTP/1.1`, host(), bearer());
    expect([400, 404]).toContain(status ?? 0);
    expect(body).not.toMatch(/root:|evil|"version"/);
  });

  test("a NUL, a control character, a line that is none", async () => {
    for (const line of ["GET /\0 HTTP/1.1", "GET /\u0001 HTTP/1.1", "GET", "\0\0\0", "GET / HTTP/9.9"])
      expect([400, 505, null]).toContain((await send(line, host())).status);
  });

  test("the page is that of the package, whatever the project has", async () => {
    const { body } = await send("GET / HTTP/1.1", host());
    expect(body).not.toContain("evil");
  });

  test.each<[string, string, number | null]>([
    ["HEAD", "/health", 200],
    ["OPTIONS", "/health", 204],
    ["OPTIONS", "/api/cleanup", 204],
    ["OPTIONS", "*", 400],
    ["TRACE", "/health", 405],
    ["TRACE", "/api/cleanup", 405],
    ["PUT", "/api/processes", 405],
    ["DELETE", "/api/processes/1-2", 405],
    ["PATCH", "/", 405],
    ["POST", "/api/processes", 405],
    ["POST", "/health", 405],
    ["GET", "/api/cleanup", 405],
    ["POST", "/api/nothing", 404],
    // Bun reads no such method
    ["BREW", "/health", null],
    ["CONNECT", "127.0.0.1:22", 400],
  ])("%s %s", async (method, path, status) => {
    const answer = await send(`${method} ${path} HTTP/1.1`, host(), bearer(), "Content-Length: 0");
    expect(answer.status).toBe(status);
    if (status === 405 || status === 204) expect(answer.head.toLowerCase()).toContain("allow: ");
    if (method === "HEAD") expect(answer.body).toBe("");
    expect(answer.body).not.toContain(dashboard.token);
  });
});

describe("how much is sent", () => {
  test.each<[string, string, string, number]>([
    ["text", "text/plain", "{}", 415],
    ["a form, as a foreign page may send one", "application/x-www-form-urlencoded", "plan=1", 415],
    ["half a document", "application/json", '{"plan":', 400],
    ["not UTF-8", "application/json", "\u{fffd}\u{fffd}", 400],
    ["a list", "application/json", "[]", 422],
    ["null", "application/json", "null", 422],
    ["a key that nobody knows", "application/json", '{"dryRun":false}', 422],
    ["a prototype", "application/json", '{"__proto__":{"force":true}}', 422],
    ["another type", "application/json", '{"plan":1}', 422],
    ["a confirmation that changes the plan", "application/json", '{"plan":"x","force":true}', 422],
    ["a plan that nobody was shown", "application/json", '{"plan":"x"}', 409],
    ["very deep", "application/json", "[".repeat(60_000), 400],
  ])("%s", async (_, type, body, status) => {
    const response = await post(type, body);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      status,
      "application/problem+json",
    ]);
  });

  test("10 MB, with its length and in pieces: 413", async () => {
    expect(
      (await send("POST /api/cleanup HTTP/1.1", host(), bearer(), "Content-Length: 10485760")).status,
    ).toBe(413);
    expect((await post("application/json", new Uint8Array(10 * 1_024 ** 2))).status).toBe(413);
    const piece = `2000\r\n${"x".repeat(0x2000)}\r\n`;
    const head = lines(
      "POST /api/cleanup HTTP/1.1",
      host(),
      bearer(),
      "Content-Type: application/json",
      "Transfer-Encoding: chunked",
    );
    expect([413, null]).toContain(
      (await raw(dashboard.port, head + piece.repeat(1_280) + "0\r\n\r\n")).status,
    );
  });

  test("huge headers: 431", async () => {
    expect((await send("GET /health HTTP/1.1", host(), `X-Long: ${"a".repeat(40_000)}`)).status).toBe(431);
    const many = Array.from({ length: 500 }, (_, at) => `X-${at}: a`);
    expect((await send("GET /health HTTP/1.1", host(), ...many)).status).toBe(431);
    expect((await send(`GET /${"a".repeat(40_000)} HTTP/1.1`, host())).status).toBe(431);
  });

  test("a length and pieces at once, as smugglers send them: 400", async () => {
    const head = lines(
      "POST /api/cleanup HTTP/1.1",
      host(),
      bearer(),
      "Content-Length: 2",
      "Transfer-Encoding: chunked",
    );
    expect((await raw(dashboard.port, `${head}0\r\n\r\n`)).status).toBe(400);
  });

  test("floods: malformed bodies, followers, slow clients; the server answers, the watch looks, all are let go", async () => {
    const number = seed();
    console.log(`dashboard flood: SEED=${number}`);
    const report = await dashboardFlood(
      dashboard,
      project,
      { bodies: 100, followers: 200, slow: 50 },
      number,
    );
    expect(report.faults).toEqual([]);
  });
});

describe("what is told", () => {
  test("no secret in any answer, in a log or in a record", async () => {
    const paths = [
      "/",
      "/health",
      "/api/processes",
      "/api/processes?full=true",
      "/api/openapi.json",
      "/metrics",
      "/nothing",
    ];
    const id = `${bystander.root.pid}-${bystander.root.startTicks}`;
    const texts = await Promise.all(
      [...paths, `/api/processes/${id}`].map(async (path) => (await dashboard.get(path)).text()),
    );
    const preview = await dashboard.post(`/api/processes/${id}/stop`, {});
    const stream = (await dashboard.get("/api/events")).body?.getReader();
    const first = new TextDecoder().decode((await stream?.read())?.value);
    await stream?.cancel();
    const logs = filesBelow(join(project.directory, ".kiro")).map((path) => readFileSync(path, "utf8"));
    const all = [...texts, await preview.text(), first, ...logs, monitor.output(), dashboard.errors()];
    expect(texts[2]).toContain(`"id":"${id}"`);
    expect(first).toContain(id);
    for (const secret of [...SECRETS, dashboard.token])
      expect(all.filter((text) => text.includes(secret))).toEqual([]);
  });

  test("the token is in a file of the account's alone, and in no command line", () => {
    expect(statSync(dashboard.tokenFile).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(dashboard.tokenFile)).mode & 0o777).toBe(0o700);
    expect(readFileSync(`/proc/${dashboard.pid}/cmdline`, "utf8")).not.toContain(dashboard.token);
    expect(readFileSync(`/proc/${dashboard.pid}/environ`, "utf8")).not.toContain(dashboard.token);
  });
});

const filesBelow = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
