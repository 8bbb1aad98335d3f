/** What commands about apps end with. */
export const APP_EXIT_CODES = [
  ["0", "done"],
  ["1", "something could not be done; it was named"],
  ["2", "wrong arguments, or a wrong config file"],
] as const;

/** Of those that ask for the manager. */
export const NONE_RUNS = [
  ["0", "a manager runs"],
  ["1", "none runs"],
  ["2", "wrong arguments"],
] as const;
