/**
 * The command that runs a program in a PID namespace of its own (pid_namespaces(7), unshare(1)): what runs in it sees and reaches
 * nothing else, and dies with its pid 1. Root makes one directly, others inside a user namespace, where the kernel lets them.
 */

interface Namespace {
  readonly kind: "namespace" | "user-namespace";
  readonly command: readonly string[];
}

export type Isolation = Namespace | { readonly kind: "none"; readonly because: string };

const COMMAND = ["unshare", "--fork", "--pid", "--mount-proc", "--kill-child"] as const;
const AS_USER = ["--user", "--map-root-user"] as const;

/** In unshare's words; null = it works. */
function refusal(command: readonly string[]): string | null {
  const tried = Bun.spawnSync([...command, "true"], { stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  if (tried.success) return null;
  return tried.stderr.toString().trim().split("\n")[0] || `unshare ended with ${tried.exitCode}`;
}

export function findIsolation(isRoot = process.getuid?.() === 0): Isolation {
  if (Bun.which("unshare") === null)
    return { kind: "none", because: "unshare is not on PATH (package util-linux)" };
  if (isRoot && refusal(COMMAND) === null) return { kind: "namespace", command: COMMAND };
  const asUser = [...COMMAND, ...AS_USER];
  const because = refusal(asUser);
  return because === null ? { kind: "user-namespace", command: asUser } : { kind: "none", because };
}

export interface Inside {
  /** Where the program works; stays what it is. */
  readonly cwd: string;
  /** A directory that becomes /tmp and TMPDIR; null = the machine's stay. */
  readonly temporary?: string | null;
  /** What lies below the machine's /tmp and is to be seen there all the same. */
  readonly kept?: readonly string[];
}

/**
 * pid 1 stays a shell: it reaps orphans, which Bun does not. The mount namespace comes with --mount-proc: /run becomes an empty one,
 * so that locks of this account's monitors do not meet those inside, but where the program works below it; so does /dev/shm,
 * where programs leave files named for pids.
 */
const INIT = `
  case $1 in /run/*) ;; *) mount -t tmpfs -o mode=755 tmpfs /run 2>/dev/null ;; esac
  mount -t tmpfs tmpfs /dev/shm 2>/dev/null
  temporary=$2; shift 2
  while [ "$1" != -- ]; do
    mkdir -p "$temporary\${1#/tmp}" && mount --bind "$1" "$temporary\${1#/tmp}"
    shift
  done
  shift
  if [ -n "$temporary" ]; then
    TMPDIR=$temporary
    mount --rbind "$temporary" /tmp 2>/dev/null && TMPDIR=/tmp && cd "$PWD"
    export TMPDIR
  fi
  "$@"; exit $?`;

export const isolate = (
  argv: readonly string[],
  { command }: Namespace,
  { cwd, temporary = null, kept = [] }: Inside,
): readonly string[] => [
  ...command,
  "/bin/sh",
  "-c",
  INIT,
  "sh",
  cwd,
  temporary ?? "",
  ...kept,
  "--",
  ...argv,
];
