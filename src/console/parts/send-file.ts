import type { Answer, Operations } from '../../client/index.ts';
import type { Server } from '../server.ts';

interface Sent {
  readonly file: File;
  /** The name of the user of what names none; empty for the usual one. */
  readonly user: string;
  readonly isDry: boolean;
}

/**
 * Sends a file to be imported, telling how much of it has gone, in percent. By XMLHttpRequest, since fetch does not tell. Errors: what
 * the server has against the file.
 */
export const sendFile = (
  { key }: Server,
  { file, user, isDry }: Sent,
  told: (percent: number) => void,
): Promise<Answer<Operations['importFile']>> => {
  const query = new URLSearchParams({ ...(user !== '' && { user }), ...(isDry && { dry_run: 'true' }) });
  const { promise, resolve, reject } = Promise.withResolvers<Answer<Operations['importFile']>>();
  const request = new XMLHttpRequest();
  request.open('POST', `/api/v1/import?${query}`);
  request.setRequestHeader('Content-Type', 'application/x-ndjson');
  if (key !== null) request.setRequestHeader('Authorization', `Bearer ${key}`);
  request.responseType = 'json';
  request.upload.onprogress = ({ loaded, total }) => told((loaded / Math.max(total, 1)) * 100);
  request.onerror = () =>
    reject(new Error('The file did not arrive. Look whether the server runs, and send it again.'));
  request.onload = () => {
    const { response, status } = request;
    if (status === 200) resolve(response.data);
    else reject(new Error(response?.errors?.[0]?.message ?? `The server answered ${status}.`));
  };
  request.send(file);
  return promise;
};
