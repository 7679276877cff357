/** Raised whenever the same messages give other episodes than before, so that they are derived again. */
export const SUMMARISER_VERSION = 1;
