/** Rows about trees: children that leave, supervisors that refill, launchers that count as one. */
import { readFileSync, writeFileSync } from "node:fs";
import { runCli } from "../support/launch.ts";
import { ageMs } from "../support/proc.ts";
import { isAlive, until, type Fixture } from "../support/ready.ts";
import { alive, gone, program, type Row, type Seen, type Site, type Start } from "./row.ts";
import { hung } from "./rows-kill.ts";
import { INTERVAL_MS } from "./scale.ts";
import { packageScripts } from "./twins.ts";

/** Long enough for a monitor to have seen what stands now. */
const seenByMonitor = (): Promise<void> => Bun.sleep(INTERVAL_MS * 3);

const everything = ({ told }: Seen): string => JSON.stringify(told.events());

const OLD_MS = 6_000;

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
    id: "Z09",
    title: "a supervisor restarts the killed child",
    by: "monitor",
    config: { processTimeoutMs: 700, cpuHoldMs: 500 },
    start: ({ bun: path, fixture }) => ({
      argv: ["sh", fixture("zoo/z09-supervised.sh"), path, fixture("zoo/z09-supervised-child.ts")],
    }),
    ends: [{ end: "respawned" }, ...alive],
    twins: ["server"],
    awaits: (seen) =>
      /held-back/.test(everything(seen)) && /z09-supervised\.sh|"restarts"/.test(everything(seen)),
    states: (seen) =>
      seen.told
        .events()
        .some((event) => event.type === "held-back" && event.because.includes("z09-supervised.sh"))
        ? null
        : "no back-off that names the supervisor",
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
    onceUp: async (_site, { session }) => {
      await seenByMonitor();
      // the client is the leader of the fixture's session; its pipes stay open in the others
      process.kill(session, "SIGKILL");
    },
    ends: gone("any"),
    twins: ["mcp"],
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
    start: program("zoo/z13-hydra.ts"),
    // its first head ends by itself: what counts is that no head is left
    ends: [{ end: "ended itself" }],
    twins: ["server"],
    awaits: () => respawned("z13-hydra.ts").length === 0,
    shows: () => (respawned("z13-hydra.ts").length === 0 ? null : "a head is alive"),
  }),
  {
    id: "Z23",
    title: "bun run chain, bun test --parallel: one job each",
    by: "cleanup",
    config: { maxConcurrentProcesses: 2 },
    rule: "concurrency",
    // started after its twins: the youngest of three jobs where two are allowed
    start: program("twins/idle.ts"),
    ends: gone("SIGTERM"),
    twins: ["parallel", "chain"],
    states: async ({ site }) => {
      const { stdout } = await runCli(["status", "--json"], site.project);
      const counted = unprotectedJobs(stdout);
      return counted === 2 ? null : `${counted} jobs are counted, not 2`;
    },
  },
  hung({
    id: "Z24",
    title: "SIGTERM to a tree behind a forwarding launcher",
    config: { killGraceMs: 4_000 },
    start: (site) =>
      packageScripts(
        site,
        { app: `bun ${site.fixture("zoo/z24-launched.ts")} ${site.scratch("terms.txt")}` },
        "app",
      ),
    // one of the two is told, and which one is the product's choice: the script's own report is what counts
    ends: gone("any"),
    twins: ["server"],
    shows: ({ site }) => {
      const report = readFileSync(site.scratch("terms.txt"), "utf8");
      return report === "terms=1 clean" ? null : `the script says: ${report}`;
    },
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
      const named = new RegExp(`"pid":${foreign}\\b`).test(everything(seen));
      return named ? null : "the other account's child is not reported";
    },
  }),
  hung({
    id: "Z26",
    title: "init of a PID namespace below ours: left alone",
    needs: ["root"],
    rule: null,
    start: namespaceInit,
    ends: alive,
    twins: ["server"],
  }),
  hung({
    id: "Z26-opt-in",
    title: "init of a PID namespace, opted in",
    needs: ["root"],
    config: { enforceNested: true },
    start: namespaceInit,
    // unshare ends with what it started
    ends: [...gone("SIGKILL"), { end: "ended itself" }],
    twins: ["server"],
  }),
  {
    id: "Z29",
    title: "--watch leaves children behind at every restart",
    by: "monitor",
    rule: null,
    start: ({ bun: path, fixture, scratch }) => {
      writeFileSync(scratch("app.ts"), `import "${fixture("zoo/z29-watch-leftovers.ts")}";\n`);
      return { argv: [path, "--watch", scratch("app.ts")] };
    },
    onceUp: async ({ fixture, scratch }, { lines, pids }) => {
      const helper = pids[1];
      // workers of one pool start together: only what is older than that by far is a leftover
      if (helper !== undefined) await until(() => ageMs(helper) > OLD_MS);
      for (const edit of [1, 2]) {
        const before = lines.length;
        writeFileSync(scratch("app.ts"), `import "${fixture("zoo/z29-watch-leftovers.ts")}"; // ${edit}\n`);
        await until(() => lines.slice(before).some((line) => line.startsWith("ready ")));
      }
    },
    ends: alive,
    twins: ["watch"],
    awaits: (seen) => everything(seen).includes('"leftover"'),
    states: (seen) => (everything(seen).includes('"leftover"') ? null : "the leftovers went unnoticed"),
  },
];

/** What stands between the two is killed by the row itself, once a monitor has seen it. */
async function breakTheChain(_site: Site, { root, pids }: Fixture): Promise<void> {
  await seenByMonitor();
  process.kill(root.pid, "SIGUSR2");
  const shell = pids[2];
  if (shell !== undefined) await until(() => !isAlive(shell));
}

/** Not counting the product itself and what it was started from. */
function unprotectedJobs(statusJson: string): number {
  const status: {
    readonly processes: readonly { readonly job: string; readonly protected: string | null }[];
  } = JSON.parse(statusJson);
  return new Set(status.processes.filter((one) => one.protected === null).map(({ job }) => job)).size;
}

function namespaceInit({ bun: path, fixture }: Site): Start {
  return { argv: ["sh", fixture("zoo/z26-namespace-init.sh"), path, fixture("zoo/z07-ignores-signals.ts")] };
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
