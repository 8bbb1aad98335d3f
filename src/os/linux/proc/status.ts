/** /proc/PID/status: proc_pid_status(5). The name in it is escaped by the kernel, so a line start is one. */

export interface Status {
  /** Real user id. */
  readonly uid: number | null;
  /** More than one entry in NSpid: lives in a PID namespace below the one /proc shows; null before 4.1. */
  readonly nested: boolean | null;
  /** RssAnon + RssShmem + VmSwap; null for what has no memory of its own (kernel threads, zombies). */
  readonly memoryBytes: number | null;
}

export const parseStatus = (text: string): Status => {
  const anonymous = kilobytes(text, "\nRssAnon:");
  const uid = field(text, "\nUid:");
  const namespaces = field(text, "\nNSpid:");
  return {
    uid: uid === null ? null : Number.parseInt(uid, 10),
    nested: namespaces === null ? null : /\s/.test(namespaces),
    memoryBytes:
      anonymous === null
        ? null
        : anonymous + (kilobytes(text, "\nRssShmem:") ?? 0) + (kilobytes(text, "\nVmSwap:") ?? 0),
  };
};

const field = (text: string, name: string): string | null => {
  const found = text.indexOf(name);
  if (found < 0) return null;
  const start = found + name.length;
  const end = text.indexOf("\n", start);
  return text.slice(start, end < 0 ? undefined : end).trim();
};

/** In bytes: the kernel's "kB" is 1,024. */
const kilobytes = (text: string, name: string): number | null => {
  const found = field(text, name);
  return found === null ? null : Number.parseInt(found, 10) * 1024;
};
