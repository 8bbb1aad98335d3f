/** The ties of a process to others, as they were read. evidence.ts decides what they mean for a job. */

/** Every null = cannot be read: no evidence, and no lack of it either. */
export interface Ties {
  readonly connections: readonly Connection[] | null;
  readonly watchesFiles: boolean | null;
  readonly input: Input | null;
  /** In words ("traced by pid 7"); "" = by nobody. */
  readonly inspectedBy: string | null;
  /** The unit of the service manager that it is part of; "" = of none. */
  readonly service: string | null;
  /** Its parent, where that is known not to have started it; null = it may have. */
  readonly adoptedBy: number | null;
}

export const NO_TIES: Ties = {
  connections: [],
  watchesFiles: false,
  input: { kind: "none" },
  inspectedBy: "",
  service: "",
  adoptedBy: null,
};

/** An established connection. Standard streams are none. */
export interface Connection {
  readonly protocol: "tcp" | "udp" | "unix";
  readonly inode: number;
  /** The other end in words: "10.0.0.5:6379", a path. */
  readonly peer: string;
  /** Number of the socket at the other end, where that is on this machine and known. */
  readonly peerInode: number | null;
  /** The process that holds the other end of a pair without a name. */
  readonly holders?: readonly EndHolder[];
}

/** The standard input. `none`: no pipe and no socket. `gone`: nobody holds its other end any more. */
export type Input =
  | { readonly kind: "none" }
  | { readonly kind: "held"; readonly by: readonly EndHolder[] }
  | {
      readonly kind: "gone";
      /** The living ancestors, nearest first, without pid 1. */
      readonly above: readonly TiedProgram[];
    };

export interface TiedProgram {
  readonly pid: number;
  readonly command: string;
  /** Names that the program goes by: its executable's, its own. */
  readonly names: readonly string[];
  /** What it runs, where it is an interpreter. */
  readonly script: string | null;
}

export interface EndHolder extends TiedProgram {
  /** false = its descriptors cannot be read: it may hold it. */
  readonly isCertain: boolean;
}
