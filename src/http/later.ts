/** Made when it is first asked for, and then kept: what a server at rest has no use for is not loaded. */
export type Later<T> = () => Promise<T>;

export function later<T>(make: () => Promise<T>): Later<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}
