import { expect, test } from "bun:test";
import { parseUnit } from "../../../src/os/service-unit.ts";

test.each([
  ["0::/system.slice/worker.service", "worker.service"],
  ["0::/system.slice/worker.service/payload", "worker.service"],
  [
    "9:name=systemd:/system.slice/worker@1.service\n8:pids:/system.slice/worker@1.service",
    "worker@1.service",
  ],
  ["0::/user.slice/user-1000.slice/user@1000.service/app.slice/queue.service", "queue.service"],
  ["0::/user.slice/user-1000.slice/user@1000.service/app.slice/vte-spawn-1.scope", ""],
  ["0::/user.slice/user-1000.slice/user@1000.service/init.scope", ""],
  ["0::/user.slice/user-1000.slice/user@1000.service", ""],
  ["0::/user.slice/user-1000.slice/session-3.scope", ""],
  ["0::/system.slice/docker-1234.scope", ""],
  ["0::/", ""],
  ["", ""],
])("the unit of %p is %p", (text, unit) => expect(parseUnit(text)).toBe(unit));
