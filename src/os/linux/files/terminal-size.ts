/** The size of a terminal, by its own call: node:tty, which knows it too, takes twice Bun's start to load. Linux. */
import { address, allocate, SYS, syscall } from "../ffi.ts";

const TIOCGWINSZ = 0x5413;

/** null: no terminal is behind the descriptor. 0: the terminal does not know it (ioctl_tty(2)). */
export function columnsBehind(fd: number): number | null {
  // struct winsize: rows, columns, and the same in pixels
  const size = allocate(8);
  const result = syscall(SYS.ioctl, fd, TIOCGWINSZ, address(size));
  return result < 0 ? null : new DataView(size.buffer).getUint16(2, true);
}
