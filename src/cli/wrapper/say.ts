/** One line to whoever launched, told from the command's own. */
export const say = (line: string): void => console.error(`bun-wrapper: ${line}`);
