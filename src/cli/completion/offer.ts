/** A word that a shell may put at the end of a line. */

export interface Offer {
  readonly word: string;
  readonly meaning: string;
}

export interface Offers {
  /** The shell offers these itself, beside the words. */
  readonly files: "files" | "folders" | "none";
  readonly words: readonly Offer[];
}

export const asOffer = (word: string, meaning = ""): Offer => ({ word, meaning });
export const wordsOnly = (words: readonly Offer[]): Offers => ({ files: "none", words });
export const ONLY_FILES: Offers = { files: "files", words: [] };
export const NO_OFFERS: Offers = wordsOnly([]);
