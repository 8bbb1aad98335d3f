/** One line to the terminal that a process was started in, which somebody may look at. It never waits. */
import { closeSync, constants, fstatSync, openSync, writeSync } from "node:fs";
import type { Terminals } from "../../../ports/terminals.ts";
import { getpid } from "../ffi.ts";
import { ProcFiles } from "../proc/proc-files.ts";
import { Field, readStat } from "../proc/stat.ts";

/** Documentation/admin-guide/devices.txt: pseudo-terminals, consoles, serial lines. */
const [FIRST_PTS, LAST_PTS, PER_MAJOR] = [136, 143, 256];
const [CONSOLES, FIRST_SERIAL] = [4, 64];
/** Somebody who presses Ctrl-S, or looks the other way, holds nobody up. */
const FLAGS = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

interface Device {
  readonly major: number;
  readonly minor: number;
}

/** As field 7 of /proc/PID/stat and st_rdev both pack it: minor in bits 31 to 20 and 7 to 0, major in 15 to 8. */
const deviceOf = (packed: number): Device => ({
  major: (packed >>> 8) & 0xfff,
  minor: (packed & 0xff) | ((packed >>> 12) & 0xfff00),
});

export function pathOf({ major, minor }: Device): string | null {
  if (major >= FIRST_PTS && major <= LAST_PTS) return `/dev/pts/${(major - FIRST_PTS) * PER_MAJOR + minor}`;
  if (major !== CONSOLES || minor === 0) return null;
  return minor < FIRST_SERIAL ? `/dev/tty${minor}` : `/dev/ttyS${minor - FIRST_SERIAL}`;
}

export function openPseudoTerminals(): Terminals {
  const proc = new ProcFiles();
  /** Of whoever has this pid; null = none, or nobody has it. */
  const terminalOf = (pid: number, bornBy = Infinity): number | null => {
    const stat = readStat(proc, pid);
    const device = stat?.[Field.terminal] ?? 0;
    return stat === null || device === 0 || (stat[Field.startTicks] ?? Infinity) > bornBy ? null : device;
  };
  return {
    say: ({ id, sid, terminal }, line, readers) => {
      // the leader of its session, mostly a shell, still has the terminal: what is gone may be somebody else's by now
      if (terminal !== true || sid === null) return false;
      const device = terminalOf(sid, id.startTicks);
      if (device === null || [getpid(), ...readers].some((pid) => terminalOf(pid) === device)) return false;
      const path = pathOf(deviceOf(device));
      return path !== null && wrote(path, device, `\r\n${line}\r\n`);
    },
  };
}

/** false: it is nobody's any more, another account's, or takes nothing now. */
function wrote(path: string, device: number, text: string): boolean {
  let fd = -1;
  try {
    fd = openSync(path, FLAGS);
    const found = fstatSync(fd);
    if (!found.isCharacterDevice() || found.rdev !== device || found.uid !== process.getuid?.()) return false;
    return writeSync(fd, text) > 0;
  } catch (error) {
    // closed meanwhile (EIO, ENXIO, ENOENT), stopped by Ctrl-S (EAGAIN), no descriptor left: a courtesy, and no more
    if (error instanceof Error && "code" in error) return false;
    throw error;
  } finally {
    if (fd >= 0) closeSync(fd);
  }
}
