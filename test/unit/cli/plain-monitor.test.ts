import { expect, test } from "bun:test";
import { plainMonitor } from "../../../src/cli/plain-monitor.ts";

test.each([
  [["monitor"], {}],
  [["monitor", "--yes", "--config", "a.json"], { yes: true, config: "a.json" }],
  [["monitor", "-y", "--mode=observe"], { yes: true, mode: "observe" }],
])("%p is plain", (argv, options) => expect({ ...plainMonitor(argv) }).toEqual(options));

test.each([
  [["status"]],
  [["monitor", "--", "bun", "test"]],
  [["monitor", "bun", "test"]],
  [["monitor", "--help"]],
  [["monitor", "--detahc"]],
  [["monitor", "--config"]],
  [[]],
])("%p is commander's", (argv) => expect(plainMonitor(argv)).toBeNull());
