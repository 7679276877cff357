/** The paths of the built console by name, where it lies within the single binary, whose build puts them here; null elsewhere. */
export const builtConsole: Readonly<Record<string, string>> | null = null;
