/** The end of a job, as the end of an app. */
import type { JobEnd, JobEnding } from "../core/slots/job-end.ts";
import type { AppEnd, ExitStatus } from "../ports/supervisor.ts";

export const appEndOf = ({
  ending,
  root,
  tookMs,
  survivors,
}: Pick<JobEnd, "ending" | "root" | "tookMs" | "survivors">): AppEnd => ({
  code: root?.code ?? null,
  signal: root?.signal ?? null,
  reason: reasonOf(ending),
  tookMs,
  survivors: survivors.map(({ command, id }) => `${command} (pid ${id.pid})`),
});

export const exitStatusOf = (end: JobEnd): ExitStatus => {
  const { peakMemoryBytes, cpuMs } = end;
  return { ...appEndOf(end), peakMemoryBytes, cpuMs };
};

function reasonOf(ending: JobEnding): ExitStatus["reason"] {
  switch (ending.how) {
    case "exited":
      // nobody is told the code of an adopted app
      return ending.code === null ? "unknown" : "exited";
    case "signaled":
      return "signal";
    case "memory":
      return "oom";
    case "cpu":
      return "cpu-limit";
    case "timeout":
    case "stopped":
      return "stopped";
  }
}
