/**
 * Floods of the page's server: bodies that are malformed, more followers than it takes, readers that never read, and clients
 * that send a byte now and then. It answers each, or closes; it and the watch go on; nobody is signalled.
 */
import { connect } from "node:net";
import { safeParse } from "valibot";
import { monitorOver } from "../../src/host/running-monitor.ts";
import { ROUTES } from "../../src/http/routes/index.ts";
import { isObject } from "../../src/text/json.ts";
import { REQUESTS } from "../../src/http/schema/requests.ts";
import { startDashboard, type TestDashboard } from "../support/dashboard.ts";
import { scratchProject, startMonitor, type Project } from "../support/launch.ts";
import { Random } from "../support/random.ts";

export interface FloodSizes {
  readonly bodies: number;
  readonly followers: number;
  readonly slow: number;
  /** Wait until the slow ones are closed by the server. */
  readonly isPatient?: true;
}

export interface DashboardFlood {
  readonly bodies: Readonly<Record<string, number>>;
  readonly followed: number;
  readonly refused: number;
  readonly ticks: number;
  readonly faults: readonly string[];
}

const AT_ONCE = 20;

export async function dashboardFlood(
  dashboard: TestDashboard,
  project: Project,
  sizes: FloodSizes,
  seed: number,
): Promise<DashboardFlood> {
  const faults: string[] = [];
  const slow = slowClients(dashboard.port, sizes.slow);
  const before = await ticksOf(project);
  const stop = new AbortController();
  const follow = async (): Promise<number> => {
    const response = await fetch(`${dashboard.address}api/events`, {
      headers: { authorization: `Bearer ${dashboard.token}` },
      signal: stop.signal,
    });
    return response.status;
  };
  const statuses = await Promise.all(Array.from({ length: sizes.followers }, follow));
  const followed = statuses.filter((status) => status === 200).length;
  const refused = statuses.filter((status) => status === 503).length;
  if (followed + refused !== sizes.followers)
    faults.push(`followers were answered ${[...new Set(statuses)].join(", ")}`);
  if (followed === 0) faults.push("nobody could follow");
  const bodies = await malformedBodies(dashboard, sizes.bodies, new Random(seed), faults);
  if ((await dashboard.get("/health")).status !== 200)
    faults.push("it does not answer in the middle of the flood");
  // while all of them are there, the watch looks as before
  if (!(await untilAsync(async () => (await ticksOf(project)) >= before + 3)))
    faults.push("the watch looks no more");
  const ticks = (await ticksOf(project)) - before;
  stop.abort();
  if (sizes.isPatient === true) await slow.closed;
  slow.end();
  if (!(await canFollowAgain(dashboard)))
    faults.push("places of followers that have gone are not free again");
  if (project.events().some(({ type }) => type === "intent")) faults.push("somebody was signalled");
  return { bodies, followed, refused, ticks, faults };
}

/** A server and a watch of their own. */
export async function dashboardRounds(bodies: number, seed: number): Promise<DashboardFlood> {
  using project = scratchProject({ monitoringIntervalMs: 200, scope: "project" });
  await using _ = await startMonitor(project);
  await using dashboard = await startDashboard(project);
  return await dashboardFlood(
    dashboard,
    project,
    { bodies, followers: 500, slow: 200, isPatient: true },
    seed,
  );
}

async function ticksOf({ directory }: Project): Promise<number> {
  const monitor = await monitorOver({ scope: "project", projectRoot: directory });
  const self = { uid: process.getuid?.() ?? 0, pid: process.pid, ancestors: [], gitPid: null, hook: false };
  const report = await monitor?.report({ full: false, remember: false }, self);
  return report?.watch?.ticks ?? -1;
}

async function canFollowAgain(dashboard: TestDashboard): Promise<boolean> {
  return untilAsync(async () => {
    const response = await dashboard.get("/api/events");
    await response.body?.cancel();
    return response.status === 200;
  });
}

async function untilAsync(condition: () => Promise<boolean>): Promise<boolean> {
  for (const untilMs = performance.now() + 10_000; performance.now() < untilMs; await Bun.sleep(50))
    if (await condition()) return true;
  return false;
}

/** Half of them never end their headers, half their bodies; each sends a byte a second. */
function slowClients(port: number, count: number) {
  const heads = [
    "GET /health HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    "POST /api/cleanup HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n",
  ];
  const sockets = Array.from({ length: count }, (_, at) => {
    const socket = connect({ port, host: "127.0.0.1" }, () => socket.write(heads[at % 2] ?? ""));
    socket.on("error", () => socket.destroy());
    socket.resume();
    return socket;
  });
  const timer = setInterval(() => {
    for (const socket of sockets) if (socket.writable) socket.write("a");
  }, 1_000);
  const closed = sockets.map(
    (socket) => new Promise<void>((resolve) => void socket.on("close", () => resolve())),
  );
  return {
    closed: Promise.all(closed),
    end: (): void => {
      clearInterval(timer);
      for (const socket of sockets) socket.destroy();
    },
  };
}

const POSTS = ROUTES.filter(({ method }) => method === "POST");
const SCRAPS = [
  "",
  "{",
  "}",
  "[",
  '"',
  "null",
  "true",
  "1e999",
  "-0",
  "\\u0000",
  "\0",
  "\ufeff",
  "//",
  "{}",
  "[]",
  ",",
  ":",
  "__proto__",
] as const;
const DOCUMENTS = [
  '{"plan":"x"}',
  '{"force":true}',
  "{}",
  '{"plan":null,"force":"yes"}',
  '{"a":{"b":[1,2,3]}}',
] as const;

/** Every one is refused as it has to be, by what JSON and the schema of the route make of it. */
async function malformedBodies(dashboard: TestDashboard, count: number, random: Random, faults: string[]) {
  const statuses: Record<string, number> = {};
  const one = async (): Promise<void> => {
    const { path, body, type, wanted } = nextBody(random);
    const response = await fetch(new URL(path, dashboard.address), {
      method: "POST",
      headers: { authorization: `Bearer ${dashboard.token}`, "content-type": type },
      body,
    });
    const { status } = response;
    await response.text();
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (status !== wanted)
      faults.push(`${status} instead of ${wanted} for ${path} ${JSON.stringify(body.slice(0, 200))}`);
  };
  for (let done = 0; done < count; done += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - done) }, one));
  return statuses;
}

function nextBody(random: Random) {
  for (;;) {
    const route = random.pick(POSTS);
    const path = route.path.replaceAll(":id", "1-1").replaceAll(/:\w+/g, "nobody");
    const body = mutated(random);
    const type = random.chance(0.9)
      ? "application/json"
      : random.pick(["text/plain", "multipart/form-data", "application/xml"]);
    const wanted = statusOf(body, type, route.asks ?? "Nothing");
    if (wanted !== 200) return { path, body, type, wanted };
  }
}

function mutated(random: Random): string {
  let text: string = random.pick(DOCUMENTS);
  for (let change = random.whole(1, 4); change > 0; change--) {
    const at = random.whole(0, text.length);
    const scrap = random.chance(0.2) ? String.fromCharCode(random.whole(1, 0xd7ff)) : random.pick(SCRAPS);
    text =
      text.slice(0, at) +
      scrap.repeat(random.chance(0.05) ? 2_000 : 1) +
      text.slice(random.chance(0.5) ? at : random.whole(at, text.length));
  }
  return text;
}

/** 200: it is right after all. */
function statusOf(body: string, type: string, name: keyof typeof REQUESTS): number {
  // as it arrives: without a byte order mark
  const text = new TextDecoder().decode(new TextEncoder().encode(body));
  if (text === "") return 200;
  if (type !== "application/json") return 415;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return 400;
    throw error;
  }
  return isObject(value) && safeParse(REQUESTS[name], value).success ? 200 : 422;
}
