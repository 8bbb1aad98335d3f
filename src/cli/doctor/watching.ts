/** Whether somebody watches now. */
import type { Loaded } from "../../config/load.ts";
import { type Finding, findings } from "../../core/finding.ts";
import { MonitorError } from "../../monitor/control-client.ts";
import { describeMonitor, monitorOver } from "../running-monitor.ts";
import { typed } from "../../trust/typed.ts";

const { ok, limited, off } = findings("here");

export async function watching({ policy }: Loaded): Promise<Finding> {
  try {
    const running = await monitorOver(policy, "overlapping");
    if (running === null)
      return off(
        "monitor",
        "none runs: nothing is stopped until cleanup is called",
        typed("monitor --detach"),
      );
    return ok("monitor", `version ${running.about.version}, ${describeMonitor(running)}`);
  } catch (error) {
    if (!(error instanceof MonitorError)) throw error;
    return limited("monitor", error.message);
  }
}
