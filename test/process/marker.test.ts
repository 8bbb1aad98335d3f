/** Whose a process is where no control group can be made. */
import { expect, test } from "bun:test";
import { insideJob } from "../../src/core/process/slot.ts";
import { reopen } from "../../src/os/linux/contain/adopt.ts";
import { withoutGroup } from "../../src/os/linux/contain/container.ts";
import { Kin } from "../../src/os/linux/contain/kin.ts";
import { processId } from "../../src/os/linux/proc/process-id.ts";
import type { Remains } from "../../src/ports/container.ts";
import type { SpawnRequest } from "../../src/ports/launch.ts";
import { requireNamespace } from "../support/namespace.ts";
import { readStat } from "../support/proc.ts";
import { reusePid } from "../support/reuse-pid.ts";
import { until } from "../support/ready.ts";
import { killAll } from "../support/sampling.ts";
import { needs, root } from "../support/skip.ts";

requireNamespace();

const requestFor = (jobId: string, ...argv: readonly string[]): SpawnRequest => ({
  argv,
  cwd: "/",
  env: insideJob({ PATH: process.env["PATH"] ?? "" }, jobId),
  session: "ours",
  streams: ["ignore", "ignore", "ignore"],
  inherited: [],
});
const NO_PIPES = { stdin: null, stdout: null, stderr: null };
const pidsIn = (container: Pick<Remains, "members">): readonly number[] =>
  container.members().map(({ pid }) => pid);

test("an orphan of one job is not in another one of the same wrapper", async () => {
  const [first, second] = ["1-2-3-4", "1-2-3-5"] as const;
  using one = withoutGroup({ jobId: first, memoryBytes: null }, "");
  using other = withoutGroup({ jobId: second, memoryBytes: null }, "");
  const launched = one.spawn(requestFor(first, "sh", "-c", "sleep 1000 & exit 0"));
  await launched.ended;
  try {
    expect(await until(() => pidsIn(one).length === 1)).toBe(true);
    expect(pidsIn(other)).toEqual([]);
  } finally {
    killAll([...pidsIn(one)]);
    expect(await until(() => pidsIn(one).length === 0)).toBe(true);
  }
});

test("an orphan of whatever else a manager has started is in none of its jobs", async () => {
  const jobId = "1-2-3-8";
  using only = withoutGroup({ jobId, memoryBytes: null, isOfMany: true }, "");
  const launched = only.spawn(requestFor(jobId, "sleep", "1000"));
  const helper = Bun.spawnSync(["sh", "-c", "env -i setsid sleep 1000 >/dev/null 2>&1 & echo $!"]);
  const orphan = Number(helper.stdout.toString());
  try {
    expect(await until(() => readStat(orphan)?.ppid === process.pid)).toBe(true);
    expect(pidsIn(only)).toEqual([launched.id.pid]);
  } finally {
    killAll([orphan, launched.id.pid]);
    await launched.ended;
  }
});

test("one that has left its parent, its session and its environment is found all the same", async () => {
  const [first, second] = ["1-2-3-6", "1-2-3-7"] as const;
  using one = withoutGroup({ jobId: first, memoryBytes: null }, "");
  using other = withoutGroup({ jobId: second, memoryBytes: null }, "");
  const launched = one.spawn(requestFor(first, "sh", "-c", "env -i setsid sleep 1000 & exit 0"));
  await launched.ended;
  try {
    expect(await until(() => pidsIn(one).length === 1)).toBe(true);
    expect(pidsIn(other)).toEqual([]);
    // by whoever comes when its launcher is dead
    using remains = reopen(first, { kind: "marker" });
    expect(pidsIn(remains)).toEqual(pidsIn(one));
    using others = reopen(second, { kind: "marker" });
    expect(pidsIn(others)).toEqual([]);
  } finally {
    killAll([...pidsIn(one)]);
    expect(await until(() => pidsIn(one).length === 0)).toBe(true);
  }
});

needs(root)("who has the root's pid by now is not in its job", async () => {
  using container = withoutGroup({ jobId: "1-2-3-4", memoryBytes: null }, "");
  const launched = container.spawn(requestFor("1-2-3-4", "true"));
  await launched.ended;
  const stranger = await reusePid(launched.id.pid);
  expect(pidsIn(container)).toEqual([]);
  stranger.kill("SIGKILL");
});

test("nor is it, nor what it starts, while we have not heard that the root has ended", () => {
  const id = processId(process.pid);
  if (id === null) throw new Error("we are not in /proc");
  const begun = (startTicks: number): readonly number[] => {
    using kin = new Kin("1-2-3-4");
    kin.begin({
      id: { ...id, startTicks },
      pipes: NO_PIPES,
      ended: new Promise(() => {}),
      signal: () => false,
      send: () => false,
    });
    return kin.pids();
  };
  expect(begun(id.startTicks)).toContain(id.pid);
  expect(begun(id.startTicks - 1)).toEqual([]);
});
