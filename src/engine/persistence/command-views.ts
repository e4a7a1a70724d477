// What commands may see and do of what is saved and loaded.

/** What is saved and was loaded: see persistence/persistence.ts. */
export interface CommandPersistence {
  readonly lastSaveSeconds: number;
  readonly hasFailed: boolean;
  readonly lastDurationSeconds: number;
  readonly keysLoaded: number;
  readonly keysExpired: number;
  readonly isLoading: boolean;
  progressFields(): string[];
  /** Saves all there is, while everything waits. Did it work? */
  save(): boolean;
  /** Loads the dump, likewise; '' or why not. */
  reload(replaces: boolean): string;
}

/** BGSAVE: see persistence/background-save.ts. */
export interface CommandBackgroundSave {
  isScheduled: boolean;
  readonly isRunning: boolean;
  readonly mustWait: boolean;
  readonly lastExtraSize: number;
  readonly progress: {
    readonly extra: number;
    readonly extraPeak: number;
    readonly keysRead: number;
    readonly keysTotal: number;
  };
  readonly seconds: number;
  start(): boolean;
  abort(why: string): void;
}
