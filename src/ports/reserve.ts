/** Descriptors for the end of a job, which has to be possible whenever it comes. */
export interface Reserve {
  /** Before anything is started: throws where there are not enough, with the next move. */
  require(): void;
  /** As many as there are, at most as many as are needed; free again once it is disposed. */
  hold(): Disposable;
}
