/** Says whose file governs which jobs, in sentences that a person understands at first reading. */
import type { Policy } from "./policy.ts";
import { duration } from "../../text/wording.ts";

/** For the project that `policy` was made in; the first sentence is about its own jobs. */
export function governanceInWords(policy: Policy): readonly string[] {
  const { governance, projectRoot, scope } = policy;
  const own = governance?.projects.find(({ root }) => root === projectRoot);
  const here =
    own === undefined
      ? []
      : [
          `Jobs that work below ${projectRoot}, or whose script lies there, are under all limits stated here.`,
        ];
  switch (scope) {
    case "machine":
      return ["All Bun jobs of this machine are under the limits stated here, whosever they are."];
    case "project":
      return [...here, "Jobs elsewhere are not looked at."];
    case "user":
      return [
        ...here,
        "Other jobs of this account are under all limits too: of the configuration file nearest above them, else of the account's own.",
      ];
    case "nearest":
      return [
        ...here,
        "Other jobs of this account are under the limits of the configuration file nearest above them.",
        `Where there is none, only harm is stopped: ${harmInWords(governance?.elsewhere ?? policy)}. Age, number and memory are shown.`,
      ];
  }
}

/** "CPU over 80 % for 60 s without progress". */
export const harmInWords = ({ limits: { cpuPercent }, cpuHoldMs, mode }: Policy): string => {
  if (cpuPercent === null) return "nothing, since the account's file sets no limit on CPU";
  const harm = `CPU over ${cpuPercent} % for ${duration(cpuHoldMs)} without progress`;
  return mode === "observe" ? `${harm} (only reported: the mode is observe)` : harm;
};
