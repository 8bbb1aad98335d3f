/** Whom a pin without a handle takes for its process. */
import { expect, test } from "bun:test";
import { EndWatch } from "../../../../src/os/portable/ends.ts";
import { PortablePin } from "../../../../src/os/portable/pin.ts";
import type { PsRow } from "../../../../src/os/portable/ps-text.ts";

/** Nobody has a pid as large as that: what would be sent reaches nobody. */
const PID = 4_194_305;
const ID = { pid: PID, startTicks: 7, exe: "/usr/bin/bun" };

const ROW: PsRow = {
  pid: PID,
  ppid: 5,
  pgid: 1,
  sid: 1,
  uid: 0,
  threads: 3,
  terminal: false,
  foreground: false,
  state: "sleeping",
  startS: 7,
  exe: "/usr/bin/bun",
  deleted: false,
};

type Sent = ReturnType<PortablePin["send"]>;

const pinOf = (row: PsRow | null): PortablePin =>
  new PortablePin(ID, {
    ends: new EndWatch(() => new Map()),
    rowOf: () => row,
    standsStill: () => false,
    forget: () => undefined,
  });

test.each<[string, Partial<PsRow> | null, Sent, Sent]>([
  // it is not there: only who is asked for says "gone" by kill(2)
  ["itself", {}, "gone", "gone"],
  ["nobody", null, "gone", "gone"],
  ["one that started later", { startS: 8 }, "identity-changed", "identity-changed"],
  ["another program", { exe: "/usr/bin/sleep" }, "identity-changed", "gone"],
  ["one whose program cannot be told", { exe: null }, "identity-changed", "gone"],
  ["a zombie", { exe: null, state: "zombie" }, "gone", "gone"],
])("%s", (_name, row, kill, goOn) => {
  const pin = pinOf(row && { ...ROW, ...row });
  expect([pin.send("SIGTERM"), pin.send("SIGKILL"), pin.send("SIGCONT")]).toEqual([kill, kill, goOn]);
});

test("how a stranger on its pid stands is nothing about it", () => {
  expect(pinOf(ROW).status()).toEqual({
    state: "sleeping",
    threads: 3,
    ppid: 5,
    pendingKill: false,
    frozen: false,
  });
  expect(pinOf({ ...ROW, startS: 8 }).status()).toBeNull();
  expect(pinOf(null).status()).toBeNull();
});
