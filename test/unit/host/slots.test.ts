import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { slotPorts } from "../../../src/host/slots.ts";
import { DEFAULTS } from "../../../src/config/schema/defaults.ts";
import { aPolicy } from "../../support/build.ts";

const held = (): number => readdirSync("/proc/self/fd").length;

test.skipIf(process.platform !== "linux")(
  "whoever asks for slots again and again holds nothing",
  async () => {
    const settings = { policy: aPolicy(), gate: { ...DEFAULTS.gate, countUngated: true }, projectRoot: "/" };
    const before = held();
    for (let times = 0; times < 10; times++)
      expect(await slotPorts(settings).ungated(1_000_000, [], [])).toEqual([]);
    expect(held()).toBe(before);
  },
);
