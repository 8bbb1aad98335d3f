/** The kill protocol against the zoo rows that are about ending processes, with real processes. */
import { expect, test } from "bun:test";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessSample, Snapshot } from "../../../src/core/process/process.ts";
import { leaveMark } from "../../../src/kill/leave-mark.ts";
import { isDead } from "../../../src/core/plan/outcome.ts";
import { terminate } from "../../../src/kill/terminate.ts";
import { backendName } from "../../../src/os/select.ts";
import {
  type KillPorts,
  killPorts,
  stepFor,
  resultsOf,
  signalsTo,
  terminateTree,
  wordsOf,
} from "../../support/kill.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { allPids } from "../../support/proc.ts";
import { type Fixture, isAlive, readStat, startFixture, until } from "../../support/ready.ts";

requireNamespace();

const fixture = (name: string): string[] => [
  process.execPath,
  join(import.meta.dir, "../../fixtures/kill", `${name}.ts`),
];

const allDead = ({ pids }: Fixture): boolean => pids.every((started) => !isAlive(started));

/** Every process that runs this program now, whatever its pid. */
const copiesOf = (program: string): number[] =>
  allPids().filter((pid) => {
    const path = `/proc/${pid}/cmdline`;
    if (!existsSync(path) || readStat(pid)?.state === "Z") return false;
    return readFileSync(path, "utf8").split("\0").includes(program);
  });

const headIn = ({ processes }: Snapshot, program: string): ProcessSample | undefined =>
  [...processes.values()].find(({ argv }) => argv?.includes(program));
const headOf = (program: string, { sampler }: KillPorts): ProcessSample | undefined =>
  headIn(sampler.sample(), program);

/** As a monitor does with the head of a succession that has lasted too long: all further heads bear the mark. */
const markHead = async (program: string, ports: KillPorts): Promise<void> => {
  const marked = await until(
    () => {
      const head = headOf(program, ports);
      return head !== undefined && leaveMark(ports.control, head.id);
    },
    5_000,
    5,
  );
  expect(marked).toBe(true);
};

/** Of a head that a look shows: by the time somebody comes it may be another one. */
const plannedFor = async (program: string, { sampler }: KillPorts) => {
  let before = sampler.sample();
  const isThere = (): boolean => headIn((before = sampler.sample()), program) !== undefined;
  expect(await until(isThere, 5_000, 5)).toBe(true);
  return {
    before,
    step: { ...stepFor(before, headIn(before, program)!.id.pid), isHeadMarked: true as const },
  };
};

test("contrast: a plain kill of the root leaves its descendants alive", async () => {
  await using tree = await startFixture(fixture("tree"));
  const [root, child, escaped, sleep] = tree.pids;
  process.kill(root!.pid, "SIGKILL");
  expect(await until(() => !isAlive(root!))).toBe(true);
  expect([child, escaped, sleep].map((started) => isAlive(started!))).toEqual([true, true, true]);
});

test("Z10: the whole tree is gone, the child that called setsid included", async () => {
  await using tree = await startFixture(fixture("tree"));
  await using bystander = await startFixture(fixture("polite"));
  using ports = killPorts();
  const outcome = await terminateTree(tree.root.pid, {}, ports);
  expect(allDead(tree)).toBe(true);
  expect(wordsOf(outcome)).toEqual(["gone", "gone", "gone", "gone"]);
  expect(isAlive(bystander.root)).toBe(true);
  expect(ports.events.map(({ type }) => type)).toEqual(["intent", "freezing", "outcome"]);
});

test("an orderly end within the grace needs SIGTERM only", async () => {
  await using polite = await startFixture(fixture("polite"));
  const outcome = await terminateTree(polite.root.pid, { graceMs: 10_000 });
  expect(allDead(polite)).toBe(true);
  expect(signalsTo(outcome, polite.root.pid)).toEqual(["SIGTERM"]);
});

test("immediate: no SIGTERM at all", async () => {
  await using polite = await startFixture(fixture("polite"));
  const outcome = await terminateTree(polite.root.pid, { graceMs: 10_000, immediate: true });
  expect(allDead(polite)).toBe(true);
  expect(signalsTo(outcome, polite.root.pid)).toEqual(["SIGSTOP", "SIGKILL"]);
});

test.each([
  ["Z02", "microtasks"],
  ["Z06", "term-then-spin"],
  ["Z07", "deaf"],
  ["Z14", "atomics-wait"],
])("%s: %s does not end at SIGTERM, and is dead after the grace", async (_row, name) => {
  await using runaway = await startFixture(fixture(name));
  const outcome = await terminateTree(runaway.root.pid);
  expect(allDead(runaway)).toBe(true);
  expect(wordsOf(outcome)).toEqual(["gone"]);
  expect(signalsTo(outcome, runaway.root.pid)).toEqual(["SIGTERM", "SIGSTOP", "SIGKILL"]);
});

const startsItselfAgain: readonly (readonly [string, (bun: string, program: string) => string[]])[] = [
  ["at pid 1", (bun, program) => [bun, program]],
  [
    "below a parent that is no reaper",
    (bun, program) => ["sh", "-c", `"${bun}" "${program}" & wait; sleep 1000`],
  ],
];

if (backendName() === "native") {
  test.each(startsItselfAgain)(
    "Z08: what starts itself again at SIGTERM is pursued, %s",
    async (_, start) => {
      const [bun, program] = fixture("respawn-on-term");
      await using runaway = await startFixture(start(bun!, program!));
      const outcome = await terminateTree(runaway.root.pid, { graceMs: 5_000 });
      expect(isAlive(runaway.root)).toBe(false);
      expect(copiesOf(program!)).toEqual([]);
      expect(wordsOf(outcome)).toEqual(["gone", "gone"]);
    },
  );

  test("another program that comes out of it is listed, and left alone", async () => {
    await using runaway = await startFixture(fixture("another-on-term"));
    const outcome = await terminateTree(runaway.root.pid, { graceMs: 5_000 });
    const [another] = copiesOf(fixture("polite")[1]!);
    expect(wordsOf(outcome)).toEqual(["gone"]);
    expect(outcome.left.map(({ id }) => id.pid)).toEqual([another!]);
    process.kill(another!, "SIGKILL");
  });
} else {
  // no mark can be left, so nobody knows whose child it was
  test.each(startsItselfAgain)("Z08: what started itself again at SIGTERM is named, %s", async (_, start) => {
    const [bun, program] = fixture("respawn-on-term");
    await using runaway = await startFixture(start(bun!, program!));
    const outcome = await terminateTree(runaway.root.pid, { graceMs: 5_000 });
    const [copy] = copiesOf(program!);
    expect(resultsOf(outcome).get(runaway.root.pid)).toMatchObject({ outcome: "respawned", pid: copy! });
    process.kill(copy!, "SIGKILL");
  });
}

test("Z09: the supervisor is named, its new child left alone", async () => {
  await using supervised = await startFixture(fixture("supervisor"));
  const [supervisor, child] = supervised.pids;
  const outcome = await terminateTree(child!.pid);
  const result = resultsOf(outcome).get(child!.pid);
  expect(result).toMatchObject({ outcome: "respawned", by: supervisor!.pid });
  expect(isAlive(supervisor!)).toBe(true);
  expect(isAlive(child!)).toBe(false);
  expect(result?.outcome === "respawned" && readStat(result.pid)?.ppid).toBe(supervisor!.pid);
});

test("Z12: a forker that refills has no survivor", async () => {
  const [bun, program] = fixture("forker");
  await using forker = await startFixture([bun!, program!]);
  const outcome = await terminateTree(forker.root.pid);
  expect(allDead(forker)).toBe(true);
  expect(copiesOf(program!)).toEqual([]);
  expect(new Set(wordsOf(outcome))).toEqual(new Set(["gone"]));
});

if (backendName() === "native") {
  test.each([false, true])("Z13: a hydra with a new pid every 60 ms (immediate: %p)", async (immediate) => {
    const [bun, program] = fixture("hydra");
    await using hydra = await startFixture([bun!, program!]);
    using ports = killPorts();
    await markHead(program!, ports);
    expect(await until(() => !isAlive(hydra.root))).toBe(true);
    const { step, before } = await plannedFor(program!, ports);
    await terminate({ ...step, immediate }, ports, { graceMs: 300, mayKill: () => true, before });
    expect(copiesOf(program!)).toEqual([]);
  });

  test("Z13: the head that was planned for is gone before we come, its successor is not", async () => {
    const [bun, program] = fixture("hydra");
    await using hydra = await startFixture([bun!, program!]);
    using ports = killPorts();
    await markHead(program!, ports);
    expect(await until(() => !isAlive(hydra.root))).toBe(true);
    const { step, before } = await plannedFor(program!, ports);
    const { victim } = step;
    expect(await until(() => !isAlive(victim.id), 5_000, 1)).toBe(true);
    const outcome = await terminate(step, ports, { graceMs: 100, mayKill: () => true, before });
    expect(copiesOf(program!)).toEqual([]);
    expect(resultsOf(outcome).get(victim.id.pid)).toEqual({ outcome: "gone" });
    expect(signalsTo(outcome, victim.id.pid)).toEqual([]);
    expect(outcome.outcomes.length).toBeGreaterThan(1);
  });

  test("who starts the victim's program anew within its grace has nothing to do with it", async () => {
    await using victim = await startFixture(fixture("deaf"));
    using ports = killPorts();
    const stopping = terminateTree(victim.root.pid, { graceMs: 3_000 }, ports);
    expect(await until(() => ports.events.some(({ type }) => type === "intent"))).toBe(true);
    await using fresh = await startFixture(fixture("deaf"));
    const outcome = await stopping;
    expect(isAlive(victim.root)).toBe(false);
    expect(isAlive(fresh.root)).toBe(true);
    expect(wordsOf(outcome)).toEqual(["gone"]);
  });
} else {
  // a look takes longer than a head lives, so none is ever seen twice; what is seen must still be nobody else
  test("Z13: a hydra with a new pid every 60 ms is not caught, and nobody else is hit", async () => {
    const [bun, program] = fixture("hydra");
    await using bystander = await startFixture(fixture("polite"));
    await using hydra = await startFixture([bun!, program!]);
    expect(await until(() => !isAlive(hydra.root))).toBe(true);
    using ports = killPorts();
    for (let look = 0; look < 5; look++) {
      const before = ports.sampler.sample();
      const head = [...before.processes.values()].find(({ argv }) => argv?.includes(program!));
      if (head === undefined) continue;
      await terminate(stepFor(before, head.id.pid), ports, { graceMs: 0, mayKill: () => true, before });
    }
    const hit = ports.events.flatMap((event) => (event.type === "outcome" ? event.outcomes : []));
    expect(hit.every(({ command }) => command.includes(program!))).toBe(true);
    expect(isAlive(bystander.root)).toBe(true);
    for (const pid of copiesOf(program!)) process.kill(pid, "SIGKILL");
  });
}

test("a twin that was there before is a bystander, also when it is an orphan in the victim's session", async () => {
  const [bun, program] = fixture("deaf");
  const start = `"${bun}" "${program}" >/dev/null & sibling=$!; "${bun}" "${program}" | sed -u "s/$/ $sibling/"`;
  await using pair = await startFixture(["sh", "-c", start]);
  const [victim, sibling] = pair.pids;
  const shell = readStat(sibling!.pid)!.ppid;
  process.kill(shell, "SIGKILL");
  expect(await until(() => readStat(sibling!.pid)?.ppid === 1 && readStat(victim!.pid)?.ppid === 1)).toBe(
    true,
  );
  const outcome = await terminateTree(victim!.pid);
  expect(wordsOf(outcome)).toEqual(["gone"]);
  expect(isAlive(sibling!)).toBe(true);
});

test("Z17: a stopped process gets its SIGTERM and a SIGCONT to hear it", async () => {
  await using polite = await startFixture(fixture("polite"));
  process.kill(polite.root.pid, "SIGSTOP");
  expect(await until(() => readStat(polite.root.pid)?.state === "T")).toBe(true);
  const outcome = await terminateTree(polite.root.pid, { graceMs: 10_000 });
  expect(signalsTo(outcome, polite.root.pid)).toEqual(["SIGTERM", "SIGCONT"]);
  expect(wordsOf(outcome)).toEqual(["gone"]);
});

test("Z19: a zombie is gone, and its parent is named", async () => {
  const [bun, program] = fixture("deaf");
  await using careless = await startFixture(["sh", "-c", `"${bun}" "${program}" & exec sleep 1000`]);
  const outcome = await terminateTree(careless.root.pid);
  const result = resultsOf(outcome).get(careless.root.pid);
  expect(result).toMatchObject({ outcome: "zombie" });
  expect(result?.outcome === "zombie" && result.parentCommand).toContain("sleep 1000");
  expect(readStat(careless.root.pid)).toMatchObject({ state: "Z", threads: 1 });
});

test("Z19: a zombie whose threads live is alive, and is killed", async () => {
  await using leaderless = await startFixture(fixture("leaderless"));
  const leader = leaderless.root;
  using ports = killPorts();
  ports.sampler.sample();
  expect(await until(() => readStat(leader.pid)?.state === "Z" && isAlive(leader))).toBe(true);
  // without arguments it cannot be recognised, so it must be old enough to be known by pid and start time
  const isOld = (): boolean => {
    const now = ports.sampler.sample().processes.get(leader.pid);
    return now !== undefined && now.ageMs >= ports.control.ambiguousAgeMs;
  };
  expect(await until(isOld)).toBe(true);
  const outcome = await terminateTree(leader.pid, {}, ports);
  expect(isAlive(leader)).toBe(false);
  expect(wordsOf(outcome)).toEqual(["gone"]);
});

test("Z24: behind a launcher the script gets SIGTERM once", async () => {
  const directory = mkdtempSync(join(tmpdir(), "bun-watchdog-launcher-"));
  try {
    const report = join(directory, "report");
    const [bun, program] = fixture("polite");
    const scripts = { work: `"${bun}" "${program}" "${report}"` };
    writeFileSync(join(directory, "package.json"), JSON.stringify({ name: "launched", scripts }));
    await using script = await startFixture([bun!, "run", "--silent", "work"], { cwd: directory });
    const launcher = readStat(script.root.pid)?.ppid ?? 0;
    expect(launcher).toBeGreaterThan(1);
    const outcome = await terminateTree(launcher, { graceMs: 10_000 });
    expect(allDead(script)).toBe(true);
    expect(wordsOf(outcome)).toEqual(["gone", "gone"]);
    expect(readFileSync(report, "utf8")).toBe(`SIGTERM ${script.root.pid}\n`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test("Z27: what became another program since the plan gets no signal", async () => {
  await using changing = await startFixture(fixture("become-sleep"));
  using ports = killPorts();
  const before = ports.sampler.sample();
  process.kill(changing.root.pid, "SIGUSR2");
  expect(await until(() => readStat(changing.root.pid)?.comm === "sleep")).toBe(true);
  const outcome = await terminate(stepFor(before, changing.root.pid), ports, {
    graceMs: 100,
    mayKill: () => true,
    before,
  });
  expect(wordsOf(outcome)).toEqual(["identity-changed"]);
  expect(outcome.outcomes.map(({ result }) => isDead(result))).toEqual([false]);
  expect(isAlive(changing.root)).toBe(true);
  expect(readStat(changing.root.pid)?.state).toBe("S");
});

test("what answers SIGTERM by becoming another Bun is stopped as that, and told of once", async () => {
  const directory = mkdtempSync(join(tmpdir(), "bun-watchdog-exec-"));
  try {
    const another = join(directory, "bun");
    copyFileSync(process.execPath, another);
    await using hopping = await startFixture([
      ...fixture("exec-on-term"),
      another,
      "-e",
      'process.on("SIGTERM", () => {}); setInterval(() => {}, 1e6)',
    ]);
    const outcome = await terminateTree(hopping.root.pid, { graceMs: 1_500 });
    expect(isAlive(hopping.root)).toBe(false);
    expect(wordsOf(outcome)).toEqual(["gone"]);
    expect(signalsTo(outcome, hopping.root.pid)?.at(0)).toBe("SIGTERM");
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("what is dead and has much to give back is waited for, however short the wait for others", async () => {
  await using large = await startFixture([
    process.execPath,
    "-e",
    'const held = Array.from({ length: 8 }, () => new Uint8Array(64 * 2 ** 20).fill(1)); console.log("ready", process.pid); setInterval(() => held, 1e6)',
  ]);
  const outcome = await terminateTree(large.root.pid, { immediate: true, verifyMs: 0 });
  expect(wordsOf(outcome)).toEqual(["gone"]);
  expect(isAlive(large.root)).toBe(false);
});

test("what answers SIGTERM by becoming something else is left alone, named, and not called dead", async () => {
  await using hopping = await startFixture([...fixture("exec-on-term"), "/bin/sleep", "1000"]);
  const outcome = await terminateTree(hopping.root.pid, { graceMs: 1_000 });
  expect(readStat(hopping.root.pid)?.comm).toBe("sleep");
  expect(outcome.outcomes.map(({ result }) => result)).toEqual([
    { outcome: "identity-changed", as: expect.stringContaining("sleep 1000") },
  ]);
  expect(outcome.outcomes.map(({ result }) => isDead(result))).toEqual([false]);
});

test("a child that was planned in the middle of its exec is found again, and told of once", async () => {
  await using tree = await startFixture(fixture("tree"));
  using ports = killPorts();
  const before = ports.sampler.sample();
  const step = stepFor(before, tree.root.pid);
  const child = tree.pids[1]!.pid;
  // as it is sampled then: new, and its arguments are not there yet
  const targets = step.targets.map((target) =>
    target.id.pid === child ? { ...target, argv: [], ageMs: 0 } : target,
  );
  const options = { graceMs: 100, mayKill: () => true, before };
  const outcome = await terminate({ ...step, targets }, ports, options);
  expect(allDead(tree)).toBe(true);
  expect(wordsOf(outcome)).toEqual(["gone", "gone", "gone", "gone"]);
});

test("a vetoed descendant is left alone, listed, and so is what is below it", async () => {
  await using tree = await startFixture(fixture("tree"));
  const [, child, escaped] = tree.pids;
  const outcome = await terminateTree(tree.root.pid, { mayKill: ({ id }) => id.pid !== child!.pid });
  expect(isAlive(child!)).toBe(true);
  expect(isAlive(escaped!)).toBe(false);
  expect(outcome.left.map(({ id }) => id.pid)).toEqual([child!.pid]);
});
