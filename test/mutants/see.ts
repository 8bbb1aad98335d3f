/** Which tests are to notice a wrong change, nearest and quickest first: by the beginning of the file's path. */
import type { Mutant } from "./mutant.ts";

const BY_ROOM: readonly (readonly [room: string, tests: readonly string[]])[] = [
  ["src/core/", ["unit/core", "unit/monitor", "unit/job", "process/zoo-"]],
  ["src/launch/", ["unit/job", "gate/limits", "process/contain", "gate/nested", "gate/passing"]],
  ["src/launch/enforce/", ["unit/job", "gate/limits"]],
  ["src/kill/", ["unit/job", "contract", "process/zoo-kill", "process/zoo-tree", "process/monitor-kill"]],
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
  [
    "src/record/",
    [
      "unit/record",
      "process/record",
      "process/history",
      "process/monitor-kill",
      "newcomer/output-on-full-disk",
    ],
  ],
  ["src/config/", ["unit/config", "newcomer/trouble", "newcomer/hot-reload"]],
  [
    "src/trust/",
    ["unit/trust", "unit/config", "unit/record", "newcomer/hostile-folder", "newcomer/clone-records"],
  ],
  ["src/gate/", ["gate/admission", "gate/limits", "gate/nested", "process/gate-soak"]],
  ["src/setup/", ["unit/setup", "newcomer/setup"]],
  [
    "src/monitor/",
    ["unit/monitor", "newcomer/lifecycle", "newcomer/one-shot", "newcomer/stop", "newcomer/trouble"],
  ],
  ["src/gate/wrapper/", ["unit/cli", "gate/"]],
  ["src/cli/", ["unit/cli", "newcomer/one-shot", "newcomer/lifecycle"]],
];

/** In the order in which they are run; the first that fails ends it. */
export function testsFor({ file, seenBy = [] }: Pick<Mutant, "file" | "seenBy">): readonly string[] {
  const room = BY_ROOM.find(([beginning]) => file.startsWith(beginning));
  if (room === undefined)
    throw new Error(`No tests are known for ${file}: add its room to test/mutants/see.ts.`);
  return [...new Set([...seenBy, ...room[1]])];
}
