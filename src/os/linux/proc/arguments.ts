/** What /proc/PID/cmdline holds: proc_pid_cmdline(5). */

/** Arguments end in NUL each; a process may have overwritten them with anything. */
export const splitArguments = (text: string): string[] => {
  const argv = text.split("\0");
  // The last NUL ends an argument; more of them are what is left of a title that became shorter.
  while (argv.at(-1) === "") argv.pop();
  return argv;
};
