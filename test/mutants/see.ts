/** Which tests are to notice a wrong change, nearest and quickest first: by the beginning of the file's path. */
import type { Mutant } from "./mutant.ts";

const BY_ROOM: readonly (readonly [room: string, tests: readonly string[]])[] = [
  ["src/text/", ["unit/text", "unit/config", "unit/core", "unit/live"]],
  ["src/core/", ["unit/core", "unit/monitor", "unit/kill", "unit/launch", "process/zoo-"]],
  ["src/launch/", ["unit/launch", "gate/limits", "process/contain", "gate/nested", "gate/passing"]],
  ["src/kill/", ["unit/kill", "contract", "process/zoo-kill", "process/zoo-tree", "process/monitor-kill"]],
  ["src/os/linux/contain/", ["unit/os", "process/contain", "gate/limits", "gate/nested"]],
  ["src/os/linux/gatehouse/", ["process/gate-lock", "gate/admission", "gate/watched", "process/gate-soak"]],
  [
    "src/os/linux/",
    [
      "unit/os",
      "contract",
      "process/pin",
      "process/sampler",
      "process/lock",
      "process/pid-reuse",
      "process/discovery",
      "process/runtime-directory",
    ],
  ],
  ["src/os/", ["unit/os", "contract", "process/monitor-kill", "process/runtime-directory"]],
  ["src/record/", ["unit/record", "process/record", "process/monitor-kill", "newcomer/output-on-full-disk"]],
  ["src/app-log/", ["unit/app-log", "process/app-logs"]],
  ["src/manager/", ["unit/manager", "process/manager"]],
  ["src/history/", ["unit/history", "unit/record", "process/history", "process/monitor-kill"]],
  ["src/alert/", ["unit/alert", "process/alerts"]],
  ["src/upkeep/", ["unit/upkeep", "process/maintenance"]],
  ["src/config/", ["unit/config", "newcomer/trouble", "newcomer/hot-reload"]],
  [
    "src/trust/",
    ["unit/trust", "unit/config", "unit/record", "newcomer/hostile-folder", "newcomer/clone-records"],
  ],
  ["src/gate/wrapper/", ["unit/gate", "gate/"]],
  ["src/gate/", ["unit/gate", "gate/admission", "gate/limits", "gate/nested", "process/gate-soak"]],
  [
    "src/runner/",
    [
      "unit/runner",
      "process/runner/isolated",
      "process/runner/slots",
      "process/runner/hostile",
      "process/runner",
    ],
  ],
  ["src/runtime/", ["unit/runtime", "process/runtime/"]],
  ["src/setup/", ["unit/setup", "newcomer/setup"]],
  [
    "src/monitor/",
    ["unit/monitor", "newcomer/lifecycle", "newcomer/one-shot", "newcomer/stop", "newcomer/trouble"],
  ],
  ["src/wire/", ["unit/wire", "unit/monitor", "unit/cli", "newcomer/lifecycle"]],
  ["src/live/", ["unit/live"]],
  ["src/doctor/", ["unit/doctor", "newcomer/trouble"]],
  ["src/demo/", ["unit/demo"]],
  ["src/render/", ["unit/cli", "unit/live", "newcomer/one-shot"]],
  [
    "src/host/",
    ["unit/cli", "process/host", "process/registration", "newcomer/one-shot", "newcomer/lifecycle"],
  ],
  ["src/watch/", ["unit/cli", "newcomer/one-shot", "newcomer/lifecycle"]],
  ["src/http/", ["unit/http", "process/http"]],
  ["src/cli/", ["unit/cli", "newcomer/one-shot", "newcomer/lifecycle"]],
];

/** In the order in which they are run; the first that fails ends it. */
export function testsFor({ file, seenBy = [] }: Pick<Mutant, "file" | "seenBy">): readonly string[] {
  const room = BY_ROOM.find(([beginning]) => file.startsWith(beginning));
  if (room === undefined)
    throw new Error(`No tests are known for ${file}: add its room to test/mutants/see.ts.`);
  return [...new Set([...seenBy, ...room[1]])];
}
