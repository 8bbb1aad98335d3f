/** What commands about apps end with. */
export const APP_EXIT_CODES = [
  ["0", "done"],
  ["1", "something could not be done; it was named"],
  ["2", "wrong arguments, or a wrong config file"],
] as const;
