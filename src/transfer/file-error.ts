/** A file that cannot be imported as a whole: in a sentence for people, with what to do. Nothing of it is imported. */
export class FileError extends Error {}
