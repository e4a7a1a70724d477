// Why data that is there cannot be loaded: for people, and for programs that react to it.

export interface DataRefusal {
  /** What the log says. */
  readonly message: string;
  /** The path of the file that it is about; '' where that is not known. */
  readonly file: string;
  /** Where that begins which cannot be read; null where it is no matter of a place. */
  readonly offset: number | null;
  /** What to do, a sentence or several; '' where nothing is to be said. */
  readonly advice: string;
}
