/** A program that has registered itself, as the page's server meets it; the server is played. */
import { afterEach, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { repository } from "../../support/launch.ts";
import { requireNamespace } from "../../support/namespace.ts";
import { PageSocket } from "../../support/page/page-socket.ts";
import { until } from "../../support/ready.ts";
import { newSampler } from "../../support/sampling.ts";

requireNamespace();

const FIXTURE = join(repository, "test/fixtures/program/registered.ts");

const children: Bun.Subprocess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill("SIGKILL");
    await child.exited;
  }
});

/** Asks it to do something; resolves to the line that it answers with. */
function start(...args: readonly string[]) {
  const child = Bun.spawn([process.execPath, FIXTURE, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  children.push(child);
  const lines: string[] = [];
  void (async () => {
    let text = "";
    for await (const piece of child.stdout) {
      text += Buffer.from(piece).toString();
      const whole = text.split("\n");
      text = whole.pop() ?? "";
      lines.push(...whole);
    }
  })();
  const tell = (command: string): void => {
    void child.stdin.write(`${command}\n`);
    void child.stdin.flush();
  };
  const ask = async (command: string): Promise<string> => {
    const before = lines.length;
    tell(command);
    if (!(await until(() => lines.length > before))) throw new Error(`no answer to ${command}`);
    return lines.at(-1) ?? "";
  };
  const is = async (state: string): Promise<boolean> => {
    for (let tries = 0; tries < 1_000; tries++) {
      if ((await ask("state")).includes(state)) return true;
      await Bun.sleep(20);
    }
    return false;
  };
  return { child, tell, ask, is, isReady: () => until(() => lines.length > 0) };
}

describe("a registered program", () => {
  test("says who it is and how it is, while somebody looks", async () => {
    using page = new PageSocket();
    const program = start();
    expect(await page.told("hello")).toEqual([
      { type: "hello", version: 1, name: "a program", mayCollect: true },
    ]);
    const [first] = await page.told("reading");
    expect(first?.reading).toMatchObject({ pid: program.child.pid, gcStats: { collections: 0 } });
    expect(first?.reading.memory.heapUsed).toBeGreaterThan(0);
    program.tell("block");
    const wasLate = (): boolean =>
      page.heard.some((line) => line.type === "reading" && line.reading.eventLoop.maxMs > 200);
    expect(await until(wasLate)).toBe(true);
    expect(page.connections).toBe(1);
  });

  test("collects when it is told to, and not twice in a second", async () => {
    using page = new PageSocket();
    start();
    await page.told("hello");
    page.say({ type: "collect", ask: 1, force: true });
    page.say({ type: "collect", ask: 2, force: false });
    const [collected] = await page.told("collected");
    expect(collected).toMatchObject({ ask: 1, gcStats: { collections: 1, forced: true } });
    expect(await page.told("refused")).toEqual([
      { type: "refused", ask: 2, because: "the collection before was less than a second ago" },
    ]);
  });

  test("without mayCollect nobody makes it collect", async () => {
    using page = new PageSocket();
    start("keeps");
    expect(await page.told("hello")).toMatchObject([{ mayCollect: false }]);
    page.say({ type: "collect", ask: 7, force: true });
    expect(await page.told("refused")).toMatchObject([{ ask: 7 }]);
  });

  test("comes when somebody looks, goes when nobody does, and comes again", async () => {
    const program = start();
    expect(await program.isReady()).toBe(true);
    expect(await program.ask("state")).toBe('{"state":"waiting","trouble":null}');
    {
      using page = new PageSocket();
      await page.told("reading");
    }
    expect(await program.is("waiting")).toBe(true);
    using page = new PageSocket();
    await page.told("hello");
    expect(await program.ask("state")).toBe('{"state":"looked-at","trouble":null}');
  });

  test("is gone from the page when it takes it back", async () => {
    using page = new PageSocket();
    const program = start();
    await page.told("hello");
    program.tell("take back");
    expect(await program.is("waiting")).toBe(true);
  });
});

test("the example shows itself", async () => {
  using page = new PageSocket();
  const example = Bun.spawn([process.execPath, "run", join(repository, "examples/on-the-page.ts")], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  children.push(example);
  expect(await page.told("hello")).toMatchObject([{ name: "an example" }]);
});

describe("what is wrong with the page or its server is not the program's", () => {
  test("a line without an end", async () => {
    using page = new PageSocket();
    const program = start();
    await page.told("hello");
    page.say("x".repeat(5_000));
    expect(await program.is("says what is no line")).toBe(true);
  });

  test("a controller of its own that breaks", async () => {
    using page = new PageSocket();
    const program = start("breaks");
    await page.told("hello");
    expect(await program.is("a controller of its own")).toBe(true);
  });

  test("lines that it does not know change nothing", async () => {
    using page = new PageSocket();
    const program = start();
    await page.told("hello");
    page.say(
      '\n{}\nnull\n[1]\n{"type":"look"}\n{"type":"collect","ask":"1","force":true}\n{"type":"collect","a',
    );
    page.say('sk":3,"force":false}\n');
    expect(await page.told("collected")).toMatchObject([{ ask: 3 }]);
    expect(await program.ask("state")).toBe('{"state":"looked-at","trouble":null}');
  });

  test("a socket that others may open is not believed", async () => {
    using page = new PageSocket({ mode: 0o666 });
    const program = start();
    expect(await program.isReady()).toBe(true);
    expect(await program.ask("turn")).toBe("turned");
    expect([page.connections, page.heard]).toEqual([0, []]);
  });
});

test.each([
  ["while nobody looks", "waiting"],
  ["looked at", "looked-at"],
])("%s, it keeps no program alive", async (_, state) => {
  using page = state === "looked-at" ? new PageSocket() : null;
  const program = `
    import { registerWithWatchdog } from ${JSON.stringify(join(repository, "src/runtime/index.ts"))};
    registerWithWatchdog();
    const registration = registerWithWatchdog();
    let turns = 0;
    const stay = setInterval(() => registration.state === "${state}" && ++turns > 30 && clearInterval(stay), 10);`;
  const child = Bun.spawn([process.execPath, "-e", program], { stdio: ["ignore", "inherit", "inherit"] });
  children.push(child);
  expect(await child.exited).toBe(0);
  // the registration before was taken back
  if (page !== null) expect(await page.told("hello")).toHaveLength(1);
});

/** What a rule can hold for it. */
function evidenceOf({ pid }: Bun.Subprocess) {
  using sampler = newSampler();
  const process = sampler.sample().processes.get(pid);
  if (process === undefined) throw new Error(`${pid} is not in view`);
  const found = sampler.inspect(new Map([[process, new Set(["evidence", "traffic"] as const)]])).get(pid);
  const { uncounted = null, streams = null } = found?.traffic ?? {};
  return { ties: found?.ties, others: (uncounted ?? 0) - (streams ?? 0) };
}

test("that it is registered, and that somebody looks at it, spares no program", async () => {
  using page = new PageSocket();
  const [plain, watching] = [start(), start("watches")];
  await page.told("reading", 2);
  await Promise.all([plain.is("looked-at"), watching.is("looked-at")]);
  expect(evidenceOf(plain.child)).toMatchObject({
    ties: { watchesFiles: false, connections: [] },
    others: 0,
  });
  // what it does beside that counts as before
  expect(evidenceOf(watching.child)).toMatchObject({ ties: { watchesFiles: true } });
});
