/** Rows about what somebody launched: launchers and supervisors, namespaces, and who is left over. */
import { readFileSync, writeFileSync } from "node:fs";
import { runCli } from "../support/launch.ts";
import { ageMs } from "../support/proc.ts";
import { until } from "../support/ready.ts";
import { alive, gone, program, type Row, type Seen, type Site, type Start } from "./row.ts";
import { hung } from "./rows-kill.ts";
import { packageScripts } from "./twins.ts";

const everything = ({ told }: Seen): string => JSON.stringify(told.events());

/** Workers of one pool start together: only what is older than its twin by far is a leftover. */
const OLD_MS = 6_000;

export const jobRows: readonly Row[] = [
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
