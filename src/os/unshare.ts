/**
 * The command that makes a PID namespace (pid_namespaces(7), unshare(1)): what runs in it sees and reaches nothing else,
 * and dies with its pid 1. Root makes one directly, others inside a user namespace, where the kernel lets them.
 */

export type Unshare =
  | { readonly kind: "namespace" | "user-namespace"; readonly command: readonly string[] }
  | { readonly kind: "none"; readonly because: string };

const COMMAND = ["unshare", "--fork", "--pid", "--mount-proc", "--kill-child"] as const;
const AS_USER = ["--user", "--map-root-user"] as const;

/** In unshare's words; null = it works. */
function refusal(command: readonly string[]): string | null {
  const tried = Bun.spawnSync([...command, "true"], { stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  if (tried.success) return null;
  return tried.stderr.toString().trim().split("\n")[0] || `unshare ended with ${tried.exitCode}`;
}

/** Tries for real what this machine and this account allow. */
export function findUnshare(isRoot: boolean): Unshare {
  if (Bun.which("unshare") === null)
    return { kind: "none", because: "unshare is not on PATH (package util-linux)" };
  if (isRoot && refusal(COMMAND) === null) return { kind: "namespace", command: COMMAND };
  const asUser = [...COMMAND, ...AS_USER];
  const because = refusal(asUser);
  return because === null ? { kind: "user-namespace", command: asUser } : { kind: "none", because };
}
