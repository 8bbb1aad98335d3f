/** A plain `cleanup` in a git hook, as `setup` writes it. */
export const isPlainHook = (
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): boolean =>
  argv[0] === "cleanup" &&
  argv.slice(1).every((argument) => argument === "--hook") &&
  (argv.length > 1 || env["GIT_INDEX_FILE"] !== undefined || env["GIT_DIR"] !== undefined);
