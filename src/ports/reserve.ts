/** Descriptors for the end of a job, which has to be possible whenever it comes. */
export interface Reserve {
  /** Call this before anything is started: it throws if there are not enough, and says what to do next. */
  require(): void;
  /** Holds as many as there are, at most as many as are needed; they are free again once it is disposed. */
  hold(): Disposable;
}
