/** Tells what happens in a folder. */
import { watch } from "node:fs";
import { basename, join } from "node:path";

interface Heard {
  /** `path`: of the entry that has changed; of the folder where nobody knows which. */
  readonly onChange: (path: string, isRename: boolean) => void;
  /** No more is heard: the folder was removed or renamed. Another one may have its name by now. */
  readonly onGone: () => void;
}

/** Throws what inotify_add_watch(2) throws. */
export function watchFolder(
  folder: string,
  { onChange, onGone }: Heard,
  { keepsAlive = true }: { readonly keepsAlive?: boolean } = {},
): Disposable {
  let isOver = false;
  const end = (): void => {
    isOver = true;
    watcher.close();
  };
  const gone = (): void => {
    if (isOver) return;
    end();
    onGone();
  };
  const watcher = watch(folder, { persistent: keepsAlive }, (event, name) => {
    if (isOver) return;
    // Bun tells so of the end of the folder itself; an entry of this name gives no more than a watch that is made anew
    if (event === "rename" && name === basename(folder)) gone();
    else onChange(name === null ? folder : join(folder, name), event === "rename");
  });
  watcher.on("error", gone);
  return { [Symbol.dispose]: end };
}
