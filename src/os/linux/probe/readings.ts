/** The readings that decisions use, each taken of this very process, where the answer is known. */
import { readlinkSync } from "node:fs";
import { type Finding, findings } from "../../../core/plan/finding.ts";
import { DemandMeter } from "../sample/demand.ts";
import { readIo, readPss } from "../sample/details.ts";
import { openFilesLimit } from "../start/descriptors.ts";
import { getpid } from "../ffi.ts";
import type { ProcFiles } from "../proc/proc-files.ts";
import { dumpInet } from "../evidence/sock-diag.ts";
import { inetSockets, SocketState, type InetSocket } from "../evidence/sockets.ts";
import { attempt, textOf } from "./attempt.ts";

const { ok, limited, missing } = findings("see");

/** This process's number as this /proc has it: where /proc is another namespace's, ours is somebody else's there. */
const self = (): number => {
  const target = attempt(() => readlinkSync("/proc/self"));
  return "value" in target ? Number(target.value) : getpid();
};

const anotherKernel = (option: string): string => `a kernel with ${option}`;

/** This process has run for some milliseconds at least. */
export function demand(proc: ProcFiles): Finding {
  const name = "CPU demand";
  const ns = new DemandMeter().read(proc, self());
  return ns !== null && ns > 0
    ? ok(name, "schedstat: what a process wants is seen even where many want the same core")
    : limited(
        name,
        "no schedstat: only what a process got is seen, not what it wanted",
        anotherKernel("CONFIG_SCHED_INFO"),
      );
}

/** Its program has been read, so the counter cannot be 0. */
export function io(proc: ProcFiles): Finding {
  const name = "reads and writes";
  const { ioBytes } = readIo(proc, self());
  return ioBytes !== null && ioBytes > 0
    ? ok(name, "counted: a busy process that gets somewhere is told from one that does not")
    : limited(
        name,
        "not readable: nothing is stopped for CPU use, since progress cannot be ruled out; the timeout decides",
        anotherKernel("CONFIG_TASK_IO_ACCOUNTING"),
      );
}

export function sharedMemory(proc: ProcFiles): Finding {
  const name = "shared memory";
  const bytes = readPss(proc, self());
  return bytes !== null && bytes > 0
    ? ok(name, "smaps_rollup: pages that several share are shared out before one is blamed")
    : limited(name, "no smaps_rollup: shared pages count in full for each process", "Linux 5.9 or newer");
}

/** Listens, and looks for itself. */
export function listeners(): Finding {
  const name = "who listens";
  using server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => {} } });
  const shows = (read: (visit: (socket: InetSocket) => void) => void): boolean => {
    let found = false;
    read(({ state, localPort }) => {
      if (state === SocketState.listen && localPort === server.port) found = true;
    });
    return found;
  };
  if (shows((visit) => void dumpInet("tcp", [SocketState.listen], visit)))
    return ok(name, "sock_diag: a server is known by its port, and spared");
  if (shows((visit) => inetSockets("tcp", textOf("/proc/self/net/tcp") ?? "", visit)))
    return limited(
      name,
      "read from /proc/net/tcp, which is slow on a big machine",
      anotherKernel("CONFIG_INET_DIAG"),
    );
  return missing(
    name,
    "ports cannot be seen: servers are not recognised, name them in rules or protect",
    anotherKernel("CONFIG_INET_DIAG, or a readable /proc/net/tcp"),
    "right",
  );
}

/** What the sampler takes at most (sampler.ts: a quarter of the limit, up to 512). */
const ENOUGH_FILES = 2_048;

export function openFiles(): Finding {
  const most = openFilesLimit();
  const name = "open files";
  return most >= ENOUGH_FILES
    ? ok(
        name,
        `up to ${most === Number.MAX_SAFE_INTEGER ? "any number" : most}: every Bun process is held open and re-read in a microsecond`,
      )
    : limited(
        name,
        `up to ${most}: ${Math.floor(most / 4)} processes are held open, others are opened for each look`,
        `ulimit -n ${ENOUGH_FILES}`,
      );
}
