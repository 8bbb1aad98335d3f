/** Rows about CPU: what spins, and what only looks like it. */
import { TIMEOUT_MS } from "./scale.ts";
import { cpuIsNoProof, gone, program, type Row } from "./row.ts";

const cpu = (row: Pick<Row, "id" | "title" | "start" | "ends" | "twins"> & Partial<Row>): Row => ({
  by: "monitor",
  rule: "cpu",
  ...(row.rule === undefined && { portable: cpuIsNoProof }),
  ...row,
});

/** From outside it is an infinite loop: only a rule of the user's can spare it. */
const spareSilent = {
  rules: [{ name: "silent compute", match: { args: "silent-compute" }, maxCpuUsagePercent: null }],
};

export const cpuRows: readonly Row[] = [
  cpu({
    id: "Z01",
    title: "sync infinite loop",
    start: program("zoo/z01-sync-loop.ts"),
    ends: gone("SIGTERM"),
    twins: ["burst", "silent"],
    config: spareSilent,
  }),
  cpu({
    id: "Z01-once",
    title: "sync infinite loop, one clean-up without a monitor",
    by: "cleanup",
    start: program("zoo/z01-sync-loop.ts"),
    ends: gone("SIGTERM"),
    twins: ["burst", "build"],
  }),
  cpu({
    id: "Z02",
    title: "microtask loop: the SIGTERM handler never runs",
    start: program("zoo/z02-microtask-loop.ts"),
    ends: gone("SIGKILL"),
    twins: ["test"],
  }),
  cpu({
    id: "Z03",
    title: "setImmediate storm",
    // its garbage mostly touches new memory, which is what work does too: then the timeout decides
    rule: ["timeout", "cpu"],
    config: { processTimeoutMs: TIMEOUT_MS },
    start: program("zoo/z03-immediate-storm.ts"),
    ends: gone("SIGTERM"),
    twins: ["hot"],
  }),
  cpu({
    id: "Z04",
    title: "spinning Worker thread",
    start: program("zoo/z04-worker-spin.ts"),
    ends: gone("SIGTERM"),
    twins: ["hot"],
  }),
  cpu({
    id: "Z05",
    title: "EPIPE write storm",
    start: program("zoo/z05-epipe-storm.ts"),
    ends: gone("SIGTERM"),
    twins: ["build"],
    states: ({ told }) => {
      const evidence = told.events().flatMap((event) => (event.type === "intent" ? [event.evidence] : []));
      return evidence.some((text) => /write|call/i.test(text))
        ? null
        : `the evidence does not name the write storm: ${evidence.join("; ")}`;
    },
  }),
  cpu({
    id: "Z28",
    title: "five spinners on one core",
    start: ({ bun: path, fixture }) => ({
      argv: ["sh", fixture("zoo/z28-five-spinners.sh"), path, fixture("zoo/z01-sync-loop.ts")],
    }),
    ends: gone("SIGTERM"),
    twins: ["server"],
  }),
];
