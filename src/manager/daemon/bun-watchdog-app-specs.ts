/**
 * `bun-watchdog-app-specs.ts <config file> [<how it was read before, as JSON>]`: prints the apps that it declares, as JSON; or says on standard error what is wrong
 * with it, and ends with 1. A program of its own: what reads config files never lives in the manager.
 */
import { dirname } from "node:path";
import { loadApps } from "../../config/apps/load.ts";
import type { FileReading } from "../../core/app/app-spec.ts";
import { openContainers } from "../../os/select-containers.ts";
import { messageOf } from "../../text/system-error.ts";
import { ownUid } from "../../trust/open.ts";
import { homeOf } from "../../trust/state.ts";

async function specsOf(file: string, before = "{}"): Promise<string> {
  const { environment = null, overrides = {} }: Partial<FileReading> = JSON.parse(before);
  const { apps } = await loadApps({
    cwd: dirname(file),
    home: homeOf(ownUid(), process.env),
    uid: ownUid(),
    env: process.env,
    file,
    environment,
    overrides,
    containers: async () => openContainers(),
  });
  return JSON.stringify(apps);
}

void specsOf(process.argv[2] ?? "", process.argv[3]).then(
  (text) => console.log(text),
  (error: unknown) => {
    console.error(messageOf(error));
    process.exitCode = 1;
  },
);
