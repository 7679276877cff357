/** Something that is opened when it is first asked for. */
export interface OpenedOnce<T> {
  /** Opens it, once however many ask. Errors: those of opening it; who asks after that tries again. */
  get(): Promise<T>;
  /** What is open or opening; null when nobody has asked yet. */
  peek(): Promise<T> | null;
}

export const openOnce = <T>(open: () => Promise<T>): OpenedOnce<T> => {
  let opened: Promise<T> | null = null;
  return {
    get: () => {
      opened ??= open().catch((error) => {
        opened = null;
        throw error;
      });
      return opened;
    },
    peek: () => opened,
  };
};
