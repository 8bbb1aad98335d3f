/** What the monitor says in the foreground: who it watches first, then a line per event. */
import type { Loaded } from "../../config/load.ts";
import type { WatchdogEvent } from "../../core/event.ts";
import type { Limits, Policy } from "../../core/policy.ts";
import type { Watcher } from "../../monitor/watcher.ts";
import { renderEvent, type Level } from "../../record/render-event.ts";
import { formatDuration, formatTime } from "../duration.ts";
import { renderJudgement } from "./judgement.ts";
import { bold, dim, formatBytes, formatPercent, red, yellow } from "./style.ts";

const plain = (text: string): string => text;
const PAINT: Record<Level, (text: string) => string> = { error: red, warn: yellow, info: plain, debug: dim };

/** One line with the local time; null for what only the log needs. */
export function describeEvent(event: WatchdogEvent): string | null {
  const { level, text } = renderEvent(event);
  if (level === "debug") return null;
  return `${dim(formatTime(event.atMs))}  ${PAINT[level](text)}`;
}

function limitsLine({ concurrency, cpuPercent, memoryBytes, timeoutMs }: Limits): string {
  const parts = [
    concurrency === null ? null : `${concurrency} jobs`,
    cpuPercent === null ? null : `${formatPercent(cpuPercent)} CPU`,
    memoryBytes === null ? null : `${formatBytes(memoryBytes)} a process`,
    timeoutMs === null ? null : `${formatDuration(timeoutMs)} to run`,
  ];
  return parts.filter((part) => part !== null).join(", ") || "none";
}

const SCOPES: Record<Policy["scope"], string> = {
  user: "all Bun processes of this account",
  project: "the Bun processes of this project",
  machine: "all Bun processes of this machine",
};

/** The screen a first `npm start` shows. */
export function welcome(watcher: Watcher, loaded: Loaded): string {
  const { policy } = watcher;
  const mode =
    policy.mode === "enforce"
      ? `stops what is over a limit: ${limitsLine(policy.limits)}`
      : `only reports what is over a limit: ${limitsLine(policy.limits)}`;
  return [
    `${bold("bun-watchdog")} watches ${SCOPES[policy.scope]} every ${formatDuration(policy.intervalMs)} and ${mode}.`,
    dim(`configuration ${loaded.path ?? "none (mode observe)"} · log ${loaded.logDirectory} · Ctrl-C stops`),
    "",
    renderJudgement(watcher.look({ kind: "monitor", full: true }).judgement, policy),
    "",
  ].join("\n");
}
