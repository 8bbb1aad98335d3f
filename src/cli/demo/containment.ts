/**
 * Where the demo's processes live. Best in a PID namespace of their own (pid_namespaces(7)): the watchdog in it sees
 * nothing else, and what is left in it dies with it. Root makes one directly, others inside a user namespace.
 */

export type Containment =
  | { readonly kind: "namespace" | "user-namespace"; readonly wrap: readonly string[] }
  /** Limited to a folder by scope "project". `because`: why there is no namespace. */
  | { readonly kind: "folder"; readonly because: string };

const UNSHARE = ["unshare", "--fork", "--pid", "--mount-proc", "--kill-child"] as const;

/**
 * pid 1 is a shell: it reaps orphans, which Bun does not. /run becomes an empty one, so that locks of this machine's
 * monitors do not meet the demo's; not where the demo's folder is below it.
 */
const INIT =
  'case $0 in /run/*) ;; *) mount -t tmpfs -o mode=755 tmpfs /run 2>/dev/null ;; esac; "$@"; exit $?';

const attempts = (
  uid: number | undefined,
): readonly (readonly [Containment["kind"], readonly string[]])[] => [
  ...(uid === 0 ? ([["namespace", UNSHARE]] as const) : []),
  ["user-namespace", [...UNSHARE, "--user", "--map-root-user"]],
];

/** Why this command does not make a namespace here; null when it does. */
function problemWith(unshare: readonly string[]): string | null {
  if (Bun.which("unshare") === null) return "there is no unshare on PATH (package util-linux)";
  const probe = Bun.spawnSync([...unshare, "true"], { stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  if (probe.success) return null;
  return probe.stderr.toString().trim().split("\n")[0] || `unshare ended with ${probe.exitCode}`;
}

/** Tries for real what this machine and this account allow. */
export function chooseContainment(folder: string, uid = process.getuid?.()): Containment {
  let because = "";
  for (const [kind, unshare] of attempts(uid)) {
    const problem = problemWith(unshare);
    if (problem === null && kind !== "folder")
      return { kind, wrap: [...unshare, "/bin/sh", "-c", INIT, folder] };
    because = problem ?? because;
  }
  return { kind: "folder", because };
}
