/** Work that ends by itself: fan-outs that count as one job, builds that take their time and memory. */
import type { Neighbour } from "../neighbour.ts";
import { BUILD_MS, SHORT_JOB_MS } from "../scale.ts";

const because = "one job of its starter";
/** Reads and writes: it makes progress. */
const work = (milliseconds: number): string =>
  `const end = Date.now() + ${milliseconds}; while (Date.now() < end) { await Bun.write("out-" + process.pid, "x".repeat(100_000)); await Bun.file("out-" + process.pid).text(); await Bun.sleep(20); }`;
const jobs = { "job.ts": work(SHORT_JOB_MS) };
const SIX = [1, 2, 3, 4, 5, 6];

/** 3 GB that hold for a while. */
const BIG = `const parts = []; for (let i = 0; i < 30; i++) { const part = Buffer.alloc(100 * 2 ** 20, i + 1); parts.push(part); await Bun.sleep(20); } await Bun.sleep(1500); if (parts.length !== 30) process.exit(1);`;

export const finite: readonly Neighbour[] = [
  {
    name: "make -j6",
    at: "project",
    because,
    needs: ["make"],
    files: {
      ...jobs,
      Makefile: `all: ${SIX.map((i) => `j${i}`).join(" ")}\n${SIX.map((i) => `j${i}:\n\tbun job.ts\n`).join("")}`,
    },
    start: "make -j6",
    processes: 6,
    finishes: true,
  },
  {
    name: "xargs -P6",
    at: "project",
    because,
    files: jobs,
    start: "seq 6 | xargs -P6 -I{} bun job.ts {}",
    processes: 6,
    finishes: true,
  },
  {
    name: "concurrently",
    at: "project",
    because,
    needs: ["packages", "node"],
    files: jobs,
    start: `concurrently "bun job.ts 1" "bun job.ts 2" "bun job.ts 3" "bun job.ts 4"`,
    processes: 4,
    finishes: true,
  },
  {
    name: "run-p",
    at: "project",
    because,
    needs: ["packages", "node"],
    files: {
      ...jobs,
      "package.json": JSON.stringify({
        scripts: Object.fromEntries(SIX.map((i) => [`job:${i}`, `bun job.ts ${i}`])),
      }),
    },
    start: "run-p 'job:*'",
    processes: 6,
    finishes: true,
  },
  {
    name: "a long build elsewhere",
    at: "elsewhere",
    because: "age is not enforced elsewhere",
    files: { "build.ts": work(BUILD_MS) },
    start: "bun build.ts",
    processes: 1,
    finishes: true,
  },
  {
    name: "a long build in the project",
    at: "project",
    because: "over its time in its own project",
    files: { "build.ts": work(BUILD_MS) },
    start: "exec bun build.ts",
    processes: 1,
    stoppedFor: "timeout",
  },
  {
    name: "a 3 GB build elsewhere",
    at: "elsewhere",
    because: "memory is not enforced elsewhere",
    files: { "build.ts": BIG },
    start: "bun build.ts",
    processes: 1,
    finishes: true,
  },
  {
    name: "a 3 GB build in the project",
    at: "project",
    because: "over its memory in its own project",
    files: { "build.ts": BIG },
    start: "exec bun build.ts",
    processes: 1,
    stoppedFor: "memory",
  },
];
