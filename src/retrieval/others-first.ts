/** Lets the searches of others have their turn: a turn of the event loop, which a promise that is there already is not. */
export const othersFirst = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
