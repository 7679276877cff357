import { refuse } from './errors.ts';

/** A place in a list as clients see it: opaque, and of no use but to come back. */
export const encodeCursor = (place: number): string => Buffer.from(`c${place}`).toString('base64url');

/** Undefined when there is none. Errors: 400 for anything that this server did not give out. */
export const decodeCursor = (cursor: string | undefined): number | undefined => {
  if (cursor === undefined) return undefined;
  const place = /^c(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (place === undefined) {
    throw refuse(400, 'cursor', 'Invalid cursor parameter', 'cursor must be the next_cursor of the page before');
  }
  return Number(place);
};
