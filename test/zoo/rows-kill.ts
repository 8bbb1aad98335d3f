/** Rows about ending: a hung program that takes the end in its own way. Each is over the timeout. */
import { rmdirSync, writeFileSync } from "node:fs";
import { readStat, until, type Fixture, type Started } from "../support/ready.ts";
import { reusePid } from "./reuse-pid.ts";
import { cpuIsNoProof, alive, gone, program, type Row, type Site } from "./row.ts";
import { TIMEOUT_MS } from "./scale.ts";

export const hung = (row: Pick<Row, "id" | "title" | "start" | "ends" | "twins"> & Partial<Row>): Row => ({
  by: "cleanup",
  rule: "timeout",
  ...row,
  config: { processTimeoutMs: TIMEOUT_MS, ...row.config },
});

const freezer = ({ project }: Site): string =>
  `/sys/fs/cgroup/freezer/${project.directory.split("/").at(-1) ?? "bun-watchdog-zoo"}`;

export const killRows: readonly Row[] = [
  hung({
    id: "Z06",
    title: "SIGTERM handler, then a sync loop",
    start: program("zoo/z06-term-then-loop.ts"),
    ends: gone("SIGKILL"),
    twins: ["server"],
  }),
  hung({
    id: "Z07",
    title: "ignores TERM INT HUP QUIT",
    start: program("zoo/z07-ignores-signals.ts"),
    ends: gone("SIGKILL"),
    twins: ["hot"],
  }),
  hung({
    id: "Z14",
    title: "Atomics.wait for ever at 0 % CPU",
    start: program("zoo/z14-atomics-wait.ts"),
    ends: gone("SIGKILL"),
    twins: ["server", "impostor"],
  }),
  hung({
    id: "Z17",
    title: "stopped: SIGTERM stays pending",
    start: program("zoo/z17-stopped.ts"),
    ends: gone("any"),
    twins: ["watch"],
  }),
  hung({
    id: "Z18",
    title: "in a frozen v1 cgroup",
    needs: ["root", "freezer"],
    start: (site) => ({
      argv: [
        "sh",
        site.fixture("zoo/z18-frozen.sh"),
        site.bun,
        site.fixture("zoo/z07-ignores-signals.ts"),
        freezer(site),
      ],
    }),
    ends: [{ end: "uninterruptible" }],
    twins: ["server"],
    after: thawAndRemove,
  }),
  hung({
    id: "Z19",
    title: "zombie: its parent never reaps it",
    start: ({ bun: path, fixture }) => ({
      argv: ["sh", fixture("zoo/z19-zombie.sh"), path, fixture("zoo/z07-ignores-signals.ts")],
    }),
    ends: [{ end: "zombie" }],
    twins: ["mcp"],
  }),
  hung({
    id: "Z19-leader",
    title: "zombie leader whose threads live",
    rule: "cpu",
    start: program("zoo/z19-zombie-leader.ts"),
    ends: gone("any"),
    twins: ["server"],
    portable: cpuIsNoProof,
  }),
  hung({
    id: "Z20",
    title: "its pid is reused during the grace",
    start: program("zoo/z20-slow-exit.ts"),
    ends: gone("SIGTERM"),
    twins: ["server"],
    meanwhile: (site, fixture) => innocentWithItsPid(site, fixture),
  }),
  hung({
    id: "Z27",
    title: "exec: the pid is a sleep now",
    start: program("zoo/z27-exec.ts"),
    ends: [{ end: "became", comm: "sleep" }],
    twins: ["server"],
  }),
  hung({
    id: "L01",
    title: "slow but clean shutdown, 2 s of a 5 s grace",
    config: { killGraceMs: 5_000 },
    start: ({ bun: path, fixture, scratch }) => ({
      argv: [path, fixture("twins/slow-shutdown.ts"), scratch("shutdown.txt")],
    }),
    ends: gone("SIGTERM"),
    twins: ["hot"],
    shows: async ({ site }) => {
      const file = Bun.file(site.scratch("shutdown.txt"));
      return (await file.exists()) && (await file.text()) === "clean" ? null : "its shutdown was cut short";
    },
  }),
  hung({
    id: "Z21",
    title: "comm and argv0 say node",
    start: ({ bun: path, fixture, scratch }) => ({
      argv: [
        "bash",
        "-c",
        'ln -s "$1" "$0" && exec -a node "$0" "$2"',
        scratch("node"),
        path,
        fixture("zoo/z07-ignores-signals.ts"),
      ],
    }),
    ends: gone("SIGKILL"),
    twins: ["impostor"],
  }),
  hung({
    id: "Z21-deleted",
    title: "its executable is deleted",
    start: ({ bun: path, fixture, scratch }) => ({
      argv: [
        "sh",
        "-c",
        // the copy is another inode than the Bun in use: only its name and what is in it are left to go by
        'mkdir -p "$0" && cp --reflink=auto "$1" "$0/bun" && { (sleep 0.5; rm "$0/bun") & exec "$0/bun" "$2"; }',
        scratch("old-version"),
        path,
        fixture("zoo/z07-ignores-signals.ts"),
      ],
    }),
    ends: gone("SIGKILL"),
    twins: ["server"],
  }),
  hung({
    id: "Z22",
    title: "compiled program: shown, left alone",
    rule: null,
    start: ({ bun: path, fixture, scratch }) => {
      const agent = scratch("some-agent");
      Bun.spawnSync([path, "build", "--compile", fixture("zoo/z07-ignores-signals.ts"), "--outfile", agent]);
      return { argv: [agent] };
    },
    ends: alive,
    twins: ["server"],
  }),
];

/** As soon as the target is gone, a young Bun program gets its pid. */
async function innocentWithItsPid({ bun: path, fixture }: Site, { root }: Fixture): Promise<Started | null> {
  await until(() => readStat(root.pid) === null, 15_000, 1);
  // with --watch it has no timeout of its own, which a slow clean-up could live to see
  return reusePid(root.pid, [path, "--watch", fixture("twins/idle.ts")]);
}

/** Whatever became of it: no group stays behind frozen. */
async function thawAndRemove(site: Site, { root }: Fixture): Promise<void> {
  writeFileSync(`${freezer(site)}/freezer.state`, "THAWED");
  await until(() => readStat(root.pid) === null);
  rmdirSync(freezer(site));
}
