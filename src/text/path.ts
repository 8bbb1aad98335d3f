/** Paths as text. */

export const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
