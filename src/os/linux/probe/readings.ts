/** The readings that decisions use, each taken of this very process, where the answer is known. */
import { mkdtempSync, rmSync, watch, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Finding, findings } from "../../../core/plan/finding.ts";
import { codeOf } from "../../../text/system-error.ts";
import { linkAt, textAt } from "../../../trust/small-files.ts";
import { DemandMeter, readIo, readPss } from "../sample/details.ts";
import { openFilesLimit } from "../start/inherited.ts";
import { getpid } from "../ffi.ts";
import type { ProcFiles } from "../proc/proc-files.ts";
import { dumpInet } from "../evidence/sock-diag.ts";
import { inetSockets, SocketState, type InetSocket } from "../evidence/sockets.ts";
import { isTold } from "./is-told.ts";

const { ok, limited, missing } = findings("see");

/** This process's number as this /proc has it: where /proc is another namespace's, ours is somebody else's there. */
const self = (): number => Number(linkAt("/proc/self") ?? getpid());

/** Of this process none of these can be 0: it has run for some milliseconds, and its program has been read. */
const counted = (
  name: string,
  value: number | null,
  what: string,
  instead: string,
  enable: string,
): Finding => (value !== null && value > 0 ? ok(name, what) : limited(name, instead, enable));

export const demand = (proc: ProcFiles): Finding =>
  counted(
    "CPU demand",
    new DemandMeter().read(proc, self()),
    "schedstat: what a process wants is seen even where many want the same core",
    "no schedstat: only what a process got is seen, not what it wanted",
    "a kernel with CONFIG_SCHED_INFO",
  );

export const io = (proc: ProcFiles): Finding =>
  counted(
    "reads and writes",
    readIo(proc, self()).ioBytes,
    "counted: a busy process that gets somewhere is told from one that does not",
    "not readable: nothing is stopped for CPU use, since progress cannot be ruled out; the timeout decides",
    "a kernel with CONFIG_TASK_IO_ACCOUNTING",
  );

export const sharedMemory = (proc: ProcFiles): Finding =>
  counted(
    "shared memory",
    readPss(proc, self()),
    "smaps_rollup: pages that several share are shared out before one is blamed",
    "no smaps_rollup: shared pages count in full for each process",
    "Linux 5.9 or newer",
  );

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
  const enable = "a kernel with CONFIG_INET_DIAG";
  if (shows((visit) => inetSockets("tcp", textAt("/proc/self/net/tcp") ?? "", visit)))
    return limited(name, "read from /proc/net/tcp, which is slow on a big machine", enable);
  const what = "ports cannot be seen: servers are not recognised, name them in rules or protect";
  return missing(name, what, `${enable}, or a readable /proc/net/tcp`, "right");
}

/** What the sampler takes at most (sampler.ts: a quarter of the limit, up to 512). */
const ENOUGH_FILES = 2_048;

export function openFiles(): Finding {
  const most = openFilesLimit();
  const name = "open files";
  if (most < ENOUGH_FILES) {
    const what = `up to ${most}: ${Math.floor(most / 4)} processes are held open, others are opened for each look`;
    return limited(name, what, `ulimit -n ${ENOUGH_FILES}`);
  }
  const number = most === Number.MAX_SAFE_INTEGER ? "any number" : most;
  return ok(name, `up to ${number}: every Bun process is held open and re-read in a microsecond`);
}

/** inotify(7), tried on a directory of our own. */
export async function inotify(): Promise<Finding> {
  const name = "changed settings";
  const why = await whyUnnoticed();
  if (why === null) return ok(name, "inotify: in force within a second, without looking again and again");
  return limited(
    name,
    `inotify does not work here (${why}): the monitor looks from time to time`,
    `sysctl fs.inotify.${limitOf("max_user_instances")} and ${limitOf("max_user_watches")}`,
  );
}

const limitOf = (file: string): string =>
  `${file} (now ${textAt(`/proc/sys/fs/inotify/${file}`)?.trim() ?? "?"})`;

async function whyUnnoticed(): Promise<string | null> {
  let directory: string | null = null;
  try {
    const made = (directory = mkdtempSync(join(tmpdir(), "bun-watchdog-doctor-")));
    const noticed = await isTold(
      (tell) => {
        const watcher = watch(made, tell);
        return () => watcher.close();
      },
      () => writeFileSync(join(made, "change"), ""),
    );
    return noticed ? null : "a change was not told";
  } catch (error) {
    const code = codeOf(error);
    if (code === null) throw error;
    return code;
  } finally {
    if (directory !== null) rmSync(directory, { recursive: true, force: true });
  }
}
