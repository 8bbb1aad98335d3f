/** What a tab or the browser keeps for the page. Where it keeps nothing (all cookies are blocked), it lasts as long as the page. */

const own = new Map<string, string>();

type Keeper = "tab" | "browser";

const storageOf = (keeper: Keeper): Storage | null => {
  try {
    return keeper === "tab" ? sessionStorage : localStorage;
  } catch (error) {
    if (error instanceof DOMException && error.name === "SecurityError") return null;
    throw error;
  }
};

export function storedBy(keeper: Keeper, key: string): string | null {
  const storage = storageOf(keeper);
  return storage === null ? (own.get(key) ?? null) : storage.getItem(key);
}

export function storeBy(keeper: Keeper, key: string, value: string): void {
  const storage = storageOf(keeper);
  if (storage === null) own.set(key, value);
  else storage.setItem(key, value);
}
