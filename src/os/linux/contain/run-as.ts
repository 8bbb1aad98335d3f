/**
 * A child as another account, with fewer rights, or with another umask. setpriv(1) of util-linux becomes the program itself, so
 * that nothing stays between: what it takes away cannot be taken away in this process, which goes on.
 */
import type { RunAs } from "../../../core/app/app-spec.ts";
import type { SpawnRequest } from "../../../ports/launch.ts";
import { accountOf } from "../../../trust/accounts.ts";
import { FileStat } from "../proc/executable.ts";
import { processId } from "../proc/process-id.ts";

interface Prepared {
  /** The command line that becomes this one. */
  readonly command: (
    argv: readonly string[],
    request: Pick<SpawnRequest, "env" | "cwd">,
  ) => readonly string[];
  readonly around: <T>(start: () => T) => T;
  /** Resolves when the child has become its program; null: nothing is between. */
  readonly becameIt: (pid: number) => Promise<void> | null;
}

const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code });

/** @throws an Error that says what to do, where that cannot be had */
export function prepareRunAs(runAs: RunAs): Prepared {
  const { umask } = runAs;
  const options = optionsOf(runAs);
  const setpriv = options.length === 0 ? null : programFor(options);
  return {
    command: (argv, request) =>
      setpriv === null ? argv : [setpriv, ...options, "--", ...found(argv, request)],
    around: (start) => (umask === null ? start() : withUmask(umask, start)),
    becameIt: (pid) => (setpriv === null ? null : becameProgram(pid, setpriv)),
  };
}

/** Nobody else of this process makes a file meanwhile: to start a child takes one call. */
function withUmask<T>(umask: number, start: () => T): T {
  const before = process.umask(umask);
  try {
    return start();
  } finally {
    process.umask(before);
  }
}

function optionsOf({ uid, gid, noNewPrivileges, dropCapabilities }: RunAs): readonly string[] {
  return [
    ...accountOptions(uid, gid),
    ...(noNewPrivileges ? ["--no-new-privs"] : []),
    ...capabilityOptions(dropCapabilities),
  ];
}

function accountOptions(uid: number | null, gid: number | null): readonly string[] {
  if (uid === null && gid === null) return [];
  const [ownUid, ownGid] = [process.getuid?.() ?? -1, process.getgid?.() ?? -1];
  if (ownUid !== 0) {
    if ((uid ?? ownUid) === ownUid && (gid ?? ownGid) === ownGid) return [];
    throw failure(
      "EPERM",
      `Only root can start a program as another account (uid ${uid ?? ownUid}, gid ${gid ?? ownGid}), and this is account ${ownUid}. Take uid and gid out, or run this as root.`,
    );
  }
  const account = uid === null ? null : accountOf(uid);
  const group = gid ?? account?.gid ?? (uid === null ? null : undefined);
  if (group === undefined)
    throw failure(
      "EINVAL",
      `There is no account ${uid} on this machine that would tell its group: set gid too.`,
    );
  return [
    ...(uid === null ? [] : [`--reuid=${uid}`]),
    ...(group === null ? [] : [`--regid=${group}`]),
    // root's own groups go in any case
    account === null || account === undefined ? "--clear-groups" : "--init-groups",
  ];
}

/** capabilities(7) of Linux 5.9, without CAP_. */
const CAPABILITIES: ReadonlySet<string> = new Set(
  (
    "audit_control audit_read audit_write block_suspend bpf checkpoint_restore chown dac_override dac_read_search fowner fsetid " +
    "ipc_lock ipc_owner kill lease linux_immutable mac_admin mac_override mknod net_admin net_bind_service net_broadcast net_raw " +
    "perfmon setfcap setgid setpcap setuid sys_admin sys_boot sys_chroot sys_module sys_nice sys_pacct sys_ptrace sys_rawio " +
    "sys_resource sys_time sys_tty_config syslog wake_alarm all"
  ).split(" "),
);

function capabilityOptions(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  const small = names.map((name) => name.toLowerCase().replace(/^cap_/u, ""));
  const unknown = names.find((_, at) => !CAPABILITIES.has(small[at] ?? ""));
  if (unknown !== undefined)
    throw failure(
      "EINVAL",
      `There is no capability ${JSON.stringify(unknown)}. See capabilities(7); "all" drops each of them.`,
    );
  if (process.getuid?.() !== 0)
    throw failure(
      "EPERM",
      `Only root has capabilities to take from a program, and this is account ${process.getuid?.()}. Take them out of the list; no_new_privileges keeps it from getting any.`,
    );
  const list = small.map((name) => `-${name}`).join(",");
  return [`--bounding-set=${list}`, `--inh-caps=${list}`, `--ambient-caps=${list}`];
}

function programFor(options: readonly string[]): string {
  const program = Bun.which("setpriv");
  if (program !== null) return program;
  throw failure(
    "ENOENT",
    `setpriv is missing, which starts a program with ${options.join(" ")}. Install util-linux, or take these out.`,
  );
}

/** As execve(2) would say it: setpriv would say it on the program's standard error, and end with 127. */
function found(argv: readonly string[], { env, cwd }: Pick<SpawnRequest, "env" | "cwd">): readonly string[] {
  const [name = "", ...args] = argv;
  const program = Bun.which(name, { PATH: env["PATH"] ?? "", cwd });
  if (program === null) throw failure("ENOENT", `There is no program ${JSON.stringify(name)} to start.`);
  return [program, ...args];
}

const SETTLED_MS = 1_000;

async function becameProgram(pid: number, setpriv: string): Promise<void> {
  const file = new FileStat();
  const between = file.readPath(setpriv) < 0 ? null : file.id;
  for (let waitedMs = 0; waitedMs < SETTLED_MS && processId(pid)?.exe === between; waitedMs++)
    await Bun.sleep(1);
}
