/** Rows about trees: children that leave, and heads that grow back. */
import { ageMs } from "../support/proc.ts";
import { isAlive, until, type Fixture } from "../support/ready.ts";
import { alive, gone, program, type Row, type Site, nothingMore } from "./row.ts";
import { hung } from "./rows-kill.ts";

/** Whoever is younger when it loses its parent may have been let go on purpose (core/judge/evidence/orphan.ts). */
const SETTLED_MS = 1_000;

/** A monitor has looked at the fixture after it had settled. */
async function seenByMonitor(site: Site, { pids }: Fixture): Promise<void> {
  await until(() => pids.every((one) => ageMs(one) > SETTLED_MS));
  await site.looked();
}

export const treeRows: readonly Row[] = [
  hung({
    id: "Z08",
    title: "respawns itself, detached, at SIGTERM",
    start: program("zoo/z08-respawns-itself.ts"),
    ends: gone("any"),
    twins: ["server"],
    shows: ({ fixture: { root }, told }) => {
      const left = respawned("z08-respawns-itself.ts").filter((pid) => pid !== root.pid);
      const unnamed = left.filter((pid) => !JSON.stringify(told.events()).includes(String(pid)));
      return unnamed.length === 0 ? null : `respawned and not named: ${unnamed.join(", ")}`;
    },
  }),
  hung({
    id: "Z10",
    title: "its child called setsid",
    start: program("zoo/z10-own-session.ts"),
    ends: gone("any"),
    twins: ["server"],
  }),
  hung({
    id: "Z11",
    title: "double fork and setsid, environment scrubbed",
    by: "monitor",
    start: program("zoo/z11-double-fork.ts"),
    onceUp: breakTheChain,
    ends: [...gone("SIGTERM"), ...gone("any"), { end: "ended itself" }],
    twins: ["server"],
    portable: {
      because: "a look takes longer than the chain lives: its descendant has its own timeout instead",
      states: nothingMore,
    },
    // it was seen where it came from, so it dies with what it came from
    states: ({ told, fixture: { root, pids } }) =>
      told
        .events()
        .some(
          (event) =>
            event.type === "outcome" &&
            event.victim.id.pid === root.pid &&
            event.outcomes.some(({ id }) => id.pid === pids[1]?.pid),
        )
        ? null
        : "its descendant was not stopped with it",
  }),
  hung({
    id: "Z10-other",
    title: "a descendant that is not Bun and has a session of its own: left and listed",
    start: ({ bun: path, fixture }) => ({
      argv: [path, fixture("zoo/z11-double-fork.ts"), "/bin/sleep", "100"],
    }),
    // the program, the sleep that its shell started, the shell
    ends: [...gone("any"), ...alive, ...gone("any")],
    twins: ["server"],
    states: ({ told, fixture: { pids } }) =>
      told
        .events()
        .some((event) => event.type === "outcome" && event.left.some(({ id }) => id.pid === pids[1]?.pid))
        ? null
        : "what was left is not listed",
  }),
  hung({
    id: "Z11-stdio",
    title: "a stdio server that lost its parent",
    by: "monitor",
    start: ({ bun: path, fixture }) => ({
      argv: ["sh", fixture("twins/mcp-client.sh"), path, fixture("twins/mcp-server.ts")],
    }),
    onceUp: async (site, fixture) => {
      await seenByMonitor(site, fixture);
      // the client is the leader of the fixture's session; its pipes stay open in the others
      process.kill(fixture.session, "SIGKILL");
    },
    ends: gone("any"),
    twins: ["mcp"],
  }),
  hung({
    id: "Z11-young",
    title: "a stdio server that lost its parent before anybody saw the two, or as it began",
    by: "monitor",
    start: ({ bun: path, fixture }) => ({
      argv: ["sh", fixture("twins/mcp-client.sh"), path, fixture("twins/mcp-server.ts")],
    }),
    onceUp: async (_site, { session }) => void process.kill(session, "SIGKILL"),
    ends: gone("any"),
    twins: ["mcp"],
    portable: {
      because:
        "nothing tells that it was adopted, and what goes by such a name serves whoever holds its input",
      rule: null,
      ends: alive,
    },
  }),
  hung({
    id: "Z12",
    title: "a forker that refills",
    start: program("zoo/z12-forker.ts"),
    ends: gone("any"),
    twins: ["server"],
    shows: () => {
      const left = respawned("z12-forker.ts", "of-z12");
      return left.length === 0 ? null : `${left.length} of its children are left`;
    },
  }),
  hung({
    id: "Z13",
    title: "hydra: a new pid every 60 ms",
    by: "monitor",
    start: ({ bun: path, fixture }) => ({
      argv: [path, fixture("zoo/z13-hydra.ts")],
      env: { FIRST_HEAD_MS: "1500" },
    }),
    // its first head ends by itself: what counts is that no head is left
    ends: [{ end: "ended itself" }],
    twins: ["server"],
    portable: {
      because: "a look takes longer than a head lives: it is never seen twice",
      rule: null,
      awaits: () => true,
      shows: () => (respawned("z13-hydra.ts").length > 0 ? null : "it was caught: the row is the same"),
    },
    awaits: () => isExtinct("z13-hydra.ts"),
    shows: () => (respawned("z13-hydra.ts").length === 0 ? null : "a head is alive"),
  }),
  hung({
    id: "Z13-slow",
    title: "hydra: a head lives 1.1 s, in a session of its own, its environment scrubbed",
    by: "monitor",
    start: ({ bun: path, fixture }) => ({ argv: [path, fixture("zoo/z13-hydra.ts"), "1100"] }),
    ends: [{ end: "ended itself" }],
    twins: ["server"],
    portable: {
      because: "no mark can be left: nothing proves that one head comes out of the other",
      rule: null,
      awaits: () => true,
      shows: nothingMore,
    },
    awaits: () => isExtinct("z13-hydra.ts"),
    shows: () => (respawned("z13-hydra.ts").length === 0 ? null : "a head is alive"),
  }),
  hung({
    id: "Z25",
    title: "a child of another account in the tree",
    needs: ["root"],
    start: program("zoo/z25-other-uid.ts"),
    ends: [...gone("any"), ...gone("any"), ...gone("any"), ...alive],
    twins: ["server"],
    states: (seen) => {
      const foreign = seen.fixture.pids[3]?.pid;
      const named = new RegExp(`"pid":${foreign}\\b`).test(JSON.stringify(seen.told.events()));
      return named ? null : "the other account's child is not reported";
    },
  }),
];

/** What stands between the two is killed by the row itself, once a monitor has seen it. */
async function breakTheChain(site: Site, fixture: Fixture): Promise<void> {
  await seenByMonitor(site, fixture);
  const { root, pids } = fixture;
  process.kill(root.pid, "SIGUSR2");
  const shell = pids[2];
  if (shell !== undefined) await until(() => !isAlive(shell));
}

/** ps takes its time, in which one head ends and the next is born: that it misses both once proves nothing. */
function isExtinct(...files: readonly string[]): boolean {
  for (let look = 0; look < 8; look++) {
    if (respawned(...files).length > 0) return false;
    Bun.sleepSync(50);
  }
  return true;
}

/** Living processes of this namespace that run one of these fixtures. */
function respawned(...files: readonly string[]): number[] {
  const { stdout } = Bun.spawnSync(["ps", "-eo", "pid=,stat=,args="]);
  return stdout
    .toString()
    .split("\n")
    .filter((line) => files.some((file) => line.includes(file)) && !/^\s*\d+ Z/.test(line))
    .map((line) => Number.parseInt(line, 10));
}
