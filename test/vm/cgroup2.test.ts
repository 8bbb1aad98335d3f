import { expect } from "bun:test";
import { needs } from "../support/skip.ts";
import { runInMachine, vmKernel } from "./machine.ts";

needs(
  "qemu-system-x86_64",
  "busybox",
  "cpio",
  vmKernel,
)(
  "cgroup v2 with controllers: limits, kills and delegation, in a virtual machine",
  async () => {
    const console = await runInMachine();
    const said = console.split("\n").filter((line) => /^(?:ok|FAIL|vm exit) /.test(line.trim()));
    expect({ said, failed: said.filter((line) => !line.startsWith("ok")) }, console).toMatchObject({
      failed: [expect.stringContaining("vm exit 0")],
    });
  },
  540_000,
);
