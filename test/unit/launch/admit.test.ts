/** Whether a launch may start: who decides, on what, and in which order. */
import { expect, test } from "bun:test";
import { admitLaunch, type AdmissionWish, type AdmitPorts } from "../../../src/launch/admit.ts";
import { aMachine } from "../monitor/fakes.ts";
import { aRecord, BOOT, House, NAMESPACE } from "../gate/house.ts";

const SELF = { pid: 40, startTicks: 1, exe: null };

/** `living`: pids of wrappers; `left`: processes that each job has left behind. */
function portsOf(house: House, living: readonly number[] = [], left = 0): AdmitPorts {
  const { clock } = aMachine().ports;
  return {
    gatehouse: house,
    clock,
    self: { id: SELF, pidNamespace: NAMESPACE, bootId: BOOT, environment: {} },
    containers: {
      isAlive: ({ pid }) => living.includes(pid),
      reopen: async (_, place) => ({
        place: place ?? { kind: "marker" },
        members: () => [],
        isEmpty: () => true,
        count: () => left,
        usage: () => ({ memoryBytes: null, memoryPeakBytes: null, cpuMs: null, memoryKills: 0 }),
        killAll: () => false,
        [Symbol.dispose]: () => undefined,
      }),
    },
    ungated: async () => [],
    queueOf: () => 7,
    onWaiting: () => undefined,
  };
}

const WISH: AdmissionWish = { maxSlots: 1, waitMs: 0, sharing: "/project" };

/** Who takes the slot, if anybody does. */
async function ask(house: House, ports: AdmitPorts, wish: Partial<AdmissionWish> = {}) {
  const admission = await admitLaunch({ ...WISH, ...wish }, ports, async () => house.log.push("taken"));
  return admission.kind;
}

test("it is decided and taken under the lock", async () => {
  const house = new House();
  expect(await ask(house, portsOf(house))).toBe("admitted");
  expect(house.log).toEqual(["enter", "slots", "queue", "taken", "leave"]);
});

test("a held slot is taken, wherever its wrapper lives; without waiting it is refused at once", async () => {
  const house = new House({ record: aRecord("a", { pidNamespace: "2" }), held: true });
  expect(await ask(house, portsOf(house))).toBe("full");
  expect(house.log).not.toContain("ticket");
});

test("so is one whose wrapper is dead and whose processes live on", async () => {
  const house = new House({ record: aRecord("a"), held: false });
  expect(await ask(house, portsOf(house, [], 2))).toBe("full");
  expect(house.books.has("a")).toBe(true);
});

test("what is free is cleared away: nobody of it is left, or it is of another boot", async () => {
  const house = new House(
    { record: aRecord("a"), held: false },
    { record: aRecord("b", { bootId: "another" }), held: false },
  );
  expect(await ask(house, portsOf(house))).toBe("admitted");
  expect([...house.books.keys()]).toEqual([]);
});

test("jobs of another project, and those that count for nothing, fill nobody's slots", async () => {
  const house = new House(
    { record: aRecord("a", { project: "/another" }), held: true },
    { record: aRecord("b", { counts: false }), held: true },
  );
  expect(await ask(house, portsOf(house))).toBe("admitted");
  expect(await ask(house, portsOf(house), { sharing: null })).toBe("full");
});

test("who waits has a ticket, and gives it back under the lock, once the slot is taken", async () => {
  const house = new House({ record: aRecord("a"), held: true });
  house.onWait = () => house.books.delete("a");
  expect(await ask(house, portsOf(house), { waitMs: null })).toBe("admitted");
  expect(house.log.slice(house.log.indexOf("wait for slot"))).toEqual([
    "wait for slot",
    "enter",
    "slots",
    "queue",
    "taken",
    "ticket given back",
    "leave",
  ]);
  expect(house.log.filter((line) => line.includes("without"))).toEqual([]);
});

test("whoever gives up leaves the queue", async () => {
  const house = new House({ record: aRecord("a"), held: true });
  const ports = portsOf(house);
  house.onWait = (_, withinMs) => void ports.clock.sleep(withinMs);
  expect(await ask(house, { ...ports, clock: ticking(house) }, { waitMs: 3_000 })).toBe("full");
  expect(house.tickets).toEqual([]);
});

/** Each wait takes as long as it may. */
function ticking(house: House): AdmitPorts["clock"] {
  let nowMs = 0;
  house.onWait = (_, withinMs) => void (nowMs += withinMs);
  return { wallMs: () => nowMs, monotonicMs: () => nowMs, sleep: () => Promise.resolve() };
}

test("who came first has a claim to what is free", async () => {
  const house = new House();
  house.take({ pid: 41, startTicks: 1, pidNamespace: NAMESPACE }, 7);
  expect(await ask(house, portsOf(house))).toBe("full");
  expect(await ask(house, portsOf(house), { maxSlots: 2 })).toBe("admitted");
});
