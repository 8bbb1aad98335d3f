const TOLD_WITHIN_MS = 2_000;

/** Whether the kernel tells of what `act` does. `listen` gives back how to end it; null: there is no such notice. */
export async function isTold(
  listen: (tell: () => void) => (() => void) | null,
  act: () => unknown,
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const stop = listen(() => resolve(true));
  await act();
  const timer = setTimeout(() => resolve(false), stop === null ? 0 : TOLD_WITHIN_MS);
  const told = await promise;
  clearTimeout(timer);
  stop?.();
  return told;
}
