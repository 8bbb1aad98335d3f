/** Many samplers in one process read with the same instruments. */
import { expect } from "bun:test";
import { readdirSync } from "node:fs";
import { processId } from "../../src/os/linux/proc/process-id.ts";
import { openContainers } from "../../src/os/select-containers.ts";
import { openSampler } from "../../src/os/select.ts";
import { linux, needs } from "../support/skip.ts";

const descriptors = (): number => readdirSync("/proc/self/fd").length;
const self = () => [processId(process.pid)].filter((id) => id !== null);

needs(linux)("the tenth costs no descriptor more than its members do, and the last closes them", async () => {
  const containers = openContainers();
  const before = descriptors();
  const first = await containers.sampler({ members: self });
  expect(first.sample().processes.size).toBe(1);
  const one = descriptors();
  const others = await Promise.all(
    Array.from({ length: 9 }, () => containers.sampler({ members: () => [] })),
  );
  for (const each of others) expect(each.sample().processes.size).toBe(0);
  expect(descriptors()).toBe(one);

  // twice is once
  for (const each of [...others, ...others]) each.close();
  expect(first.sample().processes.get(process.pid)?.id.pid).toBe(process.pid);
  first.close();
  expect(descriptors()).toBe(before);
});

needs(linux)(
  "one that sees the machine and one that sees a container read with the same, in turns",
  async () => {
    const everybody = openSampler({ scope: "user", uid: process.getuid?.() ?? 0, projectRoot: "/" });
    const members = await openContainers().sampler({ members: self });
    for (let look = 0; look < 3; look++) {
      const [all, own] = [everybody.sample(), members.sample()];
      expect(own.processes.get(process.pid)?.argv).toEqual(all.processes.get(process.pid)?.argv);
    }
    everybody.close();
    expect(members.sample().processes.size).toBe(1);
    expect(members.machine().availableBytes).toBeGreaterThan(0);
    members.close();
  },
);
