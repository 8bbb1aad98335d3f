/** Whether nobody has a pid: kill(2) with signal 0, some µs. */
export const isFree = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    if (error instanceof Error && "code" in error) {
      if (error.code === "ESRCH") return true;
      // somebody else's
      if (error.code === "EPERM") return false;
    }
    throw error;
  }
};
