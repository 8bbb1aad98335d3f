/** Test files in which an error is thrown: each way to throw it, at each place. Where an error belongs to, Bun decides. */
const HOW = {
  sync: 'throw new Error("x");',
  rejection: 'void Promise.reject(new Error("x"));',
  microtask: 'queueMicrotask(() => { throw new Error("x"); });',
  tick: 'process.nextTick(() => { throw new Error("x"); });',
  immediate: 'setImmediate(() => { throw new Error("x"); });',
  emitted: 'process.emit("uncaughtException", new Error("x"));',
  chain: 'Promise.resolve().then(() => {}).then(() => { throw new Error("x"); });',
} as const;

const A_AND_B = 'test("a", () => {}); test("b", () => {});';

const WHERE: Readonly<Record<string, (act: string) => string>> = {
  top: (act) => `${act}\n${A_AND_B}`,
  describe: (act) => `describe("d", () => { ${act} test("a", () => {}); }); test("b", () => {});`,
  first: (act) => `test("a", () => { ${act} }); test("b", () => {});`,
  async: (act) => `test("a", async () => { ${act} }); test("b", async () => {});`,
  awaits: (act) =>
    `test("a", async () => { ${act} await 0; }); test("b", async () => { await Bun.sleep(20); });`,
  last: (act) => `test("a", () => {}); test("b", () => { ${act} });`,
  done: (act) => `test("a", (done) => { ${act} done(); }); test("b", (done) => { setTimeout(done, 10); });`,
  beforeAll: (act) => `beforeAll(() => { ${act} }); ${A_AND_B}`,
  beforeEach: (act) => `beforeEach(() => { ${act} }); ${A_AND_B}`,
  afterEach: (act) => `afterEach(() => { ${act} }); ${A_AND_B}`,
  afterAll: (act) => `afterAll(() => { ${act} }); ${A_AND_B}`,
  inner: (act) =>
    `describe("d", () => { beforeAll(() => { ${act} }); afterEach(() => { ${act} }); test("a", () => {}); test.skip("s", () => {}); test.todo("t"); }); test("b", () => {});`,
  serial: (act) =>
    `test.serial("a", async () => { ${act} }); test.concurrent("b", async () => { await Bun.sleep(20); });`,
  failing: (act) => `test.failing("a", () => { ${act} }); test("b", () => {});`,
  retry: (act) =>
    `let n = 0; test("a", () => { if (n++ === 0) { ${act} } }, { retry: 2 }); test("b", () => {});`,
  repeats: (act) =>
    `let n = 0; test("a", () => { if (n++ === 0) { ${act} } }, { repeats: 2 }); test("b", () => {});`,
  todo: (act) => `test.todo("a", () => { ${act} }); test("b", () => {});`,
  each: (act) => `test.each([1, 2])("a %d", () => { ${act} }); test("b", () => {});`,
  timeout: (act) => `test("a", async () => { ${act} await Bun.sleep(1_000); }, 50); test("b", () => {});`,
  only: (act) => `test.only("a", () => { ${act} }); test("b", () => {});`,
  finished: (act) => `test("a", () => { onTestFinished(() => { ${act} }); }); test("b", () => {});`,
};

const HEAD =
  'import { test, describe, beforeAll, beforeEach, afterAll, afterEach, onTestFinished } from "bun:test";\n';

export const THROWN: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(HOW).flatMap(([how, act]) =>
    Object.entries(WHERE).map(([where, source]) => [`${where}-${how}.test.ts`, `${HEAD}${source(act)}\n`]),
  ),
);
