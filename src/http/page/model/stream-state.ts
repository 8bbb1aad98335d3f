/** How the stream of the server stands. */

export type StreamState =
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  /** `because`: a sentence; `nextMs`: when it is tried again. */
  | { readonly kind: "lost"; readonly because: string; readonly nextMs: number }
  /** The token is missing or wrong: trying again does not help. */
  | { readonly kind: "denied"; readonly because: string };
