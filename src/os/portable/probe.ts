/** What the portable backend can and cannot do here, for `doctor`. */
import { type Finding, findings } from "../../core/plan/finding.ts";

const has = (program: string): boolean => Bun.which(program) !== null;

export function probePortable(): Promise<readonly Finding[]> {
  const [right, dead, see] = [findings("right"), findings("dead"), findings("see")];
  return Promise.resolve([
    right.limited(
      "process handles",
      "the portable backend has none: pid, start time and executable are compared right before each signal",
    ),
    has("ps")
      ? dead.ok("told of an end", "asked of ps, in growing pauses")
      : dead.missing("told of an end", "ps is not on PATH", "install ps (Debian: procps)", "dead"),
    see.limited(
      "CPU",
      "no reads, writes and page faults: who is over the CPU limit stays suspect, the timeout decides",
    ),
    see.limited(
      "memory",
      "no anonymous memory, and resident memory counts mapped files: the memory limit stops nothing",
    ),
    has("lsof")
      ? see.ok("who listens", "lsof: a server is known by its port, and spared")
      : see.missing(
          "who listens",
          "lsof is not on PATH: any job might be a server, so the default rules stop none for its age or number",
          "install lsof, or set defaultRules to false",
        ),
  ]);
}
