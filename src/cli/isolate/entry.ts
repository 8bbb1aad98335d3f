/** bun-isolate's code, before anything of the folder could be taken for it. */
type Program = (argv: readonly string[]) => Promise<number>;

/** Resolves to what runs a command line and resolves to its exit code. */
export async function loadIsolate(): Promise<Program> {
  const { startClean } = await import("../../os/select-start.ts");
  startClean();
  return (await import("./main.ts")).runIsolate;
}
