/** The system is out of descriptors: what could not be held now may be held at the next look. */
export const isExhausted = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "EMFILE" || error.code === "ENFILE");
