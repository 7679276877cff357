/** Raised whenever the same messages give other facts than before, so that they are derived again. */
export const EXTRACTOR_VERSION = 1;
