import { describe, expect, test } from "bun:test";
import { AskedJob, type EvidenceName } from "../../../src/core/judge/evidence/evidence.ts";
import { isPassing, isRunner, isOwnService } from "../../../src/core/judge/evidence/runners.ts";
import { NO_TIES, type Connection, type EndHolder, type Ties } from "../../../src/core/process/ties.ts";
import type { ProcessSample } from "../../../src/core/process/process.ts";
import { aHelper, aProcess, World } from "../../support/build.ts";

const named = (pid: number, ...names: readonly string[]): EndHolder => ({
  pid,
  command: names.join(" "),
  names,
  script: null,
  isCertain: true,
});

const tied = (ties: Partial<Ties>, facts: Partial<ProcessSample> = {}, pid = 10): ProcessSample =>
  aProcess({ pid, listeners: [], ties: { ...NO_TIES, ...ties }, ...facts });

const tcp = (inode: number, peerInode: number | null, peer = "10.0.0.5:6379"): Connection => ({
  protocol: "tcp",
  inode,
  peer,
  peerInode,
});

/** What is found about the one job that these are. */
function find(name: EvidenceName, processes: readonly ProcessSample[]) {
  const world = new World().see(0, processes);
  const [job] = world.jobs;
  if (job === undefined) throw new Error("no job");
  return new AskedJob(job, world.history).evidence(name);
}

describe("evidence, with its words", () => {
  test.each<[EvidenceName, string, readonly ProcessSample[]]>([
    ["listening", "listens on udp 5353", [tied({}, { listeners: [{ protocol: "udp", address: "5353" }] })]],
    ["connected", "has a connection to 10.0.0.5:6379", [tied({ connections: [tcp(1, null)] })]],
    [
      "connected",
      "has a connection to code (pid 7)",
      [tied({ connections: [{ ...tcp(1, 2, ""), holders: [named(7, "code")] }] })],
    ],
    ["watchesFiles", "watches files", [tied({ watchesFiles: true })]],
    [
      "servesStdin",
      "serves claude (pid 7) over its standard input",
      [tied({ input: { kind: "held", by: [named(6, "bash"), named(7, "claude")] } })],
    ],
    [
      "servesStdin",
      "serves over its standard input (--stdio)",
      [tied({}, { argv: ["bun", "lsp", "--stdio"] })],
    ],
    [
      "servesStdin",
      "serves over its standard input, as its name says",
      [tied({ input: { kind: "held", by: [named(6, "sh")] } }, { argv: ["bun", "mcp-server.ts"] })],
    ],
    ["inspected", "is traced by pid 9", [tied({ inspectedBy: "is traced by pid 9" })]],
    ["inspected", "is inspected (--inspect)", [tied({}, { argv: ["bun", "--inspect-brk=1", "x.ts"] })]],
    ["terminal", "is in the foreground of a terminal", [tied({}, { terminal: true, foreground: true })]],
    ["terminal", "was put aside in a terminal", [tied({}, { terminal: true, state: "stopped" })]],
    ["service", "is part of worker.service", [tied({ service: "worker.service" })]],
  ])("%s: %s", (name, words, processes) => expect(find(name, processes)).toEqual({ is: true, words }));

  test.each<[EvidenceName, string, Partial<Ties>]>([
    ["connected", "none", {}],
    ["servesStdin", "a shell", { input: { kind: "held", by: [named(6, "bash")] } }],
    ["servesStdin", "a wrapper", { input: { kind: "held", by: [named(6, "node", "dotenvx run")] } }],
    ["servesStdin", "another task runner", { input: { kind: "held", by: [named(6, "samu")] } }],
    ["servesStdin", "a name alone", {}],
    ["servesStdin", "a task runner", { input: { kind: "held", by: [named(6, "node", "npm run dev")] } }],
    ["servesStdin", "nobody any more", { input: { kind: "gone", above: [] } }],
    ["servesStdin", "somebody who is no ancestor", { input: { kind: "held", by: [] } }],
    [
      "connected",
      "a pair that a runner made",
      { connections: [{ ...tcp(1, 2, ""), holders: [named(6, "make")] }] },
    ],
    ["service", "a login's unit", { service: "ssh.service" }],
    ["service", "a CI runner's unit", { service: "actions.runner.me.box.service" }],
  ])("no %s: %s", (name, _, ties) => expect(find(name, [tied(ties)])).toEqual({ is: false }));

  test.each<[EvidenceName, Partial<ProcessSample>]>([
    ["listening", { listeners: null }],
    ["connected", { ties: { ...NO_TIES, connections: null } }],
    ["watchesFiles", { ties: { ...NO_TIES, watchesFiles: null } }],
    ["servesStdin", { ties: { ...NO_TIES, input: null } }],
    [
      "servesStdin",
      { ties: { ...NO_TIES, input: { kind: "held", by: [{ ...named(7, "agent"), isCertain: false }] } } },
    ],
    ["inspected", { ties: { ...NO_TIES, inspectedBy: null } }],
    ["terminal", { terminal: null }],
    ["service", { ties: { ...NO_TIES, service: null } }],
  ])("what cannot be read of %s is no denial", (name, facts) => {
    expect(find(name, [tied({}, facts)])).toEqual({ is: null });
  });

  test("nothing was asked yet", () =>
    expect(find("connected", [aProcess({ pid: 10 })])).toEqual({ is: null }));

  test("a connection within the job is none", () => {
    const parent = tied({ connections: [tcp(1, 2)] });
    const child = tied({ connections: [tcp(2, 1)] }, { ppid: 10 }, 11);
    expect(find("connected", [parent, child])).toEqual({ is: false });
    expect(find("connected", [parent, tied({ connections: [tcp(3, 1)] }, { ppid: 10 }, 11)]).is).toBe(true);
  });

  test("a parent in the job that holds its child's input is nobody", () => {
    const child = tied({ input: { kind: "held", by: [named(10, "bun")] } }, { ppid: 10 }, 11);
    expect(find("servesStdin", [tied({}), child])).toEqual({ is: false });
  });

  test.each<[EvidenceName, Partial<ProcessSample>]>([
    ["servesStdin", { argv: ["bun", "lsp.ts", "--stdio"] }],
    ["inspected", { argv: ["bun", "--inspect", "x.ts"] }],
  ])("one member that says so speaks for its job: %s", (name, facts) =>
    expect(find(name, [tied({}), tied({}, { ppid: 10, ...facts }, 11)]).is).toBe(true),
  );

  test("a helper counts as much as Bun itself", () => {
    const helper = aHelper({
      pid: 11,
      ppid: 10,
      listeners: [{ protocol: "tcp", address: "3000" }],
      ties: NO_TIES,
    });
    expect(find("listening", [tied({}), helper]).is).toBe(true);
  });
});

function answer({ jobs: [job], history }: World, name: EvidenceName = "listening"): unknown {
  return job === undefined ? null : new AskedJob(job, history).evidence(name).is;
}

describe("a moment without it", () => {
  const LISTENS = { listeners: [{ protocol: "tcp", address: "3000" }], ties: NO_TIES } as const;
  const silent = { listeners: [], ties: NO_TIES } as const;

  test.each<[string, readonly (readonly [atMs: number, facts: object])[], boolean]>([
    ["one look, long after", [[200_000, silent]], true],
    [
      "many looks within a minute",
      [
        [1_000, silent],
        [2_000, silent],
        [60_000, silent],
      ],
      true,
    ],
    [
      "two looks, a minute apart",
      [
        [1_000, silent],
        [61_000, silent],
      ],
      false,
    ],
    [
      "looks that did not ask do not count",
      [
        [1_000, silent],
        [90_000, {}],
      ],
      true,
    ],
    [
      "nor do looks that could not tell",
      [
        [1_000, silent],
        [90_000, { listeners: null, ties: NO_TIES }],
      ],
      true,
    ],
    [
      "it came back in between",
      [
        [1_000, silent],
        [50_000, LISTENS],
        [70_000, silent],
      ],
      true,
    ],
  ])("%s", (_, looks, serves) => {
    const world = new World().see(0, [aProcess({ pid: 10, ...LISTENS })]);
    for (const [atMs, facts] of looks) world.see(atMs, [aProcess({ pid: 10, ...facts })]);
    expect(answer(world)).toBe(serves);
  });

  test("it outlives the member that listened", () => {
    const world = new World().see(0, [tied({}), aHelper({ pid: 11, ppid: 10, ...LISTENS })]);
    world.see(1_000, [tied({}), aHelper({ pid: 12, ppid: 10, ...silent })]);
    expect(answer(world)).toBe(true);
  });

  test("of a connection too, and of a job of which only a part was asked", () => {
    const world = new World().see(0, [tied({ connections: [tcp(1, null)] })]).see(1_000, [tied({})]);
    expect(answer(world, "connected")).toBe(true);
    const other = new World().see(0, [aProcess({ pid: 10 }), aHelper({ pid: 11, ppid: 10, ...LISTENS })]);
    other.see(1_000, [aProcess({ pid: 10 }), aHelper({ pid: 12, ppid: 10, ...silent })]);
    expect(answer(other)).toBe(true);
  });

  test("what a look found holds for the looks that did not ask", () => {
    const world = new World().see(0, [tied({ watchesFiles: true })]);
    for (const atMs of [10_000, 20_000]) world.see(atMs, [aProcess({ pid: 10 })]);
    expect(answer(world, "watchesFiles")).toBe(true);
  });

  test("who never listened is not taken to", () => {
    const world = new World().see(0, [aProcess({ pid: 10, ...silent })]);
    expect(answer(world)).toBe(false);
  });
});

const of = (script: string | null, ...names: readonly string[]) => ({ names, script });

describe("who only runs commands", () => {
  test.each([
    [of(null, "bash"), true, true],
    [of(null, "-zsh"), true, true],
    [of("/usr/lib/node_modules/npm/bin/npm-cli.js", "node"), true, true],
    [of("/app/node_modules/turbo/bin/turbo", "node"), true, true],
    [of("node_modules/.bin/concurrently", "node"), true, true],
    [of(null, "node", "npm run dev"), true, true],
    [of(null, "Runner.Worker"), true, false],
    [of(null, "sshd"), true, false],
    [of(null, "claude"), false, false],
    [of("/opt/agent/make.js", "node"), false, false],
    [of("/home/me/turbo/agent.js", "node"), false, false],
    [of("agent.ts", "bun"), false, false],
  ])("%j: %p, and passes away with its command: %p", (program, runner, passing) => {
    expect(isRunner(program)).toBe(runner);
    expect(isPassing(program)).toBe(passing);
  });
});

test.each([
  ["worker.service", true],
  ["pm2-root.service", true],
  ["", false],
  ["cron.service", false],
  ["getty@tty1.service", false],
  ["gnome-terminal-server.service", false],
])("%p is a service of its own: %p", (unit, own) => expect(isOwnService(unit)).toBe(own));
