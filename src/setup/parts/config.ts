/** `.kiro/bun-process-config.json` with the five keys; one that is there keeps everything and gets `$schema`. */
import { join } from "node:path";
import { DEFAULTS } from "../../config/defaults.ts";
import { jsonValue, withJsonValue } from "../../config/json-edit.ts";
import { type Part, Refusal } from "../edit.ts";
import type { Project } from "../project.ts";
import { typed } from "../../trust/typed.ts";

const SCHEMA = "../node_modules/bun-watchdog/config/bun-process-config.schema.json";
const OWN_SCHEMA = "../config/bun-process-config.schema.json";

export function configFile(project: Project): Part {
  const schema = project.isOurs ? OWN_SCHEMA : SCHEMA;
  const fresh = `${JSON.stringify({ $schema: schema, ...fiveKeys() }, null, 2)}\n`;
  return {
    edits: [
      {
        path: join(project.root, ".kiro", "bun-process-config.json"),
        what: "limits",
        ifKept: "its limits are still in force here",
        add: (text) => {
          if (text === null || text.trim() === "") return fresh;
          if (jsonValue(text, []) === undefined)
            throw new Refusal(`.kiro/bun-process-config.json is no JSON. See: ${typed("config check")}`);
          return jsonValue(text, ["$schema"]) === undefined ? withSchema(text, schema) : text;
        },
        // what somebody has written into it since is theirs
        remove: (text) => (text === fresh ? null : text),
      },
    ],
    notes: [],
  };
}

function fiveKeys(): object {
  const {
    maxConcurrentProcesses,
    maxCpuUsagePercent,
    maxMemoryUsageMB,
    processTimeoutMs,
    monitoringIntervalMs,
  } = DEFAULTS;
  return {
    maxConcurrentProcesses,
    maxCpuUsagePercent,
    maxMemoryUsageMB,
    processTimeoutMs,
    monitoringIntervalMs,
  };
}

/** At the end, where jsonc-parser puts new keys: order means nothing to an editor. */
const withSchema = (text: string, schema: string): string => withJsonValue(text, ["$schema"], schema);
