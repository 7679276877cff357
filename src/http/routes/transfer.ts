import type { Context, Hono } from 'hono';
import { API_PREFIX, type Operation } from '../../api/operation.ts';
import { LINES, transfer } from '../../api/transfer.ts';
import { COPIED_KINDS } from '../../contract/copies.ts';
import { MemfuseError } from '../../contract/errors.ts';
import type { TaskKind } from '../../contract/kinds.ts';
import { exportAll, exportUser } from '../../transfer/export.ts';
import { FileError } from '../../transfer/file-error.ts';
import { Importer } from '../../transfer/import.ts';
import { readRecords } from '../../transfer/read.ts';
import { spool } from '../../transfer/spool.ts';
import type { HttpContext, HttpDependencies, HttpEnv } from '../context.ts';
import { RefusalError, refuse } from '../errors.ts';
import type { Guard } from '../guard.ts';
import type { Routing } from '../route.ts';

/** Longest wait for the next piece of a file. */
const STALL_MS = 60_000;
/** What tells a page that is open in a browser from a program: a form can send none of these. */
const TAKEN = /^(?:application\/(?:[\w.-]+\+)?(?:json|x-ndjson|jsonl|ndjson|octet-stream)|application\/x-jsonlines)$/i;
const DEFAULT_USER = 'imported';
/** Lines that go out together. */
const LEAST_CHARACTERS = 65_536;

/** Texts as the body of an answer, some at a time, as the client takes them. */
const bodyOf = (lines: AsyncGenerator<string>, onFailure: (error: unknown) => void): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder();
  return new ReadableStream(
    {
      pull: async (controller) => {
        try {
          let text = '';
          while (text.length < LEAST_CHARACTERS) {
            const { value, done } = await lines.next();
            if (done) break;
            text += value;
          }
          if (text === '') controller.close();
          else controller.enqueue(encoder.encode(text));
        } catch (error) {
          onFailure(error);
          controller.error(new Error('The export broke off.'));
        }
      },
      cancel: async () => {
        await lines.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
};

/** The pieces of a body, none of which may be long in coming. Errors: 408. */
async function* piecesOf(request: Request, { scheduler }: HttpDependencies): AsyncGenerator<Uint8Array> {
  const reader = request.body?.getReader();
  if (!reader) return;
  try {
    for (;;) {
      const { promise: stalled, reject } = Promise.withResolvers<never>();
      const stop = scheduler.after(STALL_MS, () =>
        reject(refuse(408, 'body', `No more of the file came for ${STALL_MS / 1_000} seconds. Send it again.`)),
      );
      const { value, done } = await Promise.race([reader.read(), stalled]).finally(stop);
      if (done) return;
      yield value;
    }
  } catch (error) {
    if (error instanceof RefusalError) throw error;
    throw refuse(400, 'body', 'The file broke off on its way. Nothing of it was imported: send it again.');
  } finally {
    reader.releaseLock();
  }
}

const fileNameOf = (name: string): string => name.replaceAll(/[^\w.-]+/g, '_').slice(0, 100) || 'user';

/** Exports and imports: files, which are neither read nor written in one piece. */
export const registerTransfer = (
  main: Hono<HttpEnv>,
  dependencies: HttpDependencies,
  { describe, guard }: Pick<Routing, 'describe'> & { readonly guard: Guard },
): void => {
  const { services, clock, ids } = dependencies;
  const { store, config, errors } = services;

  const on = (operation: Operation, handle: (c: HttpContext) => Promise<Response>): void => {
    const addresses = describe(operation);
    main.on(operation.method, addresses, (c: Context<HttpEnv>) => {
      c.env.route = API_PREFIX + operation.path;
      return handle(c);
    });
  };

  const made = () => COPIED_KINDS.filter((kind) => kind in services.kinds());
  const exported = (lines: AsyncGenerator<string>, name: string): Response =>
    new Response(
      bodyOf(lines, (error) => void errors.handle('export', error)),
      { headers: { 'Content-Type': LINES, 'Content-Disposition': `attachment; filename="${fileNameOf(name)}.jsonl"` } },
    );

  on(transfer.exportUser, async (c) => {
    const { scope } = await guard(c, transfer.exportUser.access);
    const id = c.req.param('user_id') ?? '';
    const user = await store.users.get(scope, id);
    if (!user)
      throw new MemfuseError('not_found', 'The user does not exist.', { entity: 'user', field: 'user_id', value: id });
    return exported(exportUser({ store, scope, made: made(), at: clock.now() }, user), user.name);
  });

  on(transfer.exportAll, async (c) => {
    const { scope } = await guard(c, transfer.exportAll.access);
    return exported(exportAll({ store, scope, made: made(), at: clock.now() }), 'memfuse');
  });

  on(transfer.importFile, async (c) => {
    const { scope, scopes } = await guard(c, transfer.importFile.access);
    const type = c.req.header('Content-Type')?.split(';', 1)[0]?.trim() ?? '';
    if (!TAKEN.test(type)) {
      throw refuse(415, 'Content-Type', `The file came as ${type || 'nothing'}. Send it with Content-Type: ${LINES}.`);
    }
    // A body that stalls is refused; behind it nothing moves until all of it is stored.
    c.env.letRest?.();
    const { user = DEFAULT_USER, dry_run: dryRun } = c.req.query();
    const isDryRun = dryRun === 'true';
    const settings = config.current;
    const options = {
      folder: settings.data_dir,
      name: `import-${ids.uuid()}.tmp`,
      maxBytes: settings.server.max_import_bytes,
    };
    try {
      const file = await spool(piecesOf(c.req.raw, dependencies), options);
      try {
        const read = () => readRecords(file.open, { user, atMs: clock.now() });
        const kinds = Object.keys(services.kinds()) as TaskKind[];
        const to = { store, scope, now: () => clock.now(), kinds, mayAddKeys: scopes.has('admin') };
        // Read once without storing anything: of a file that is not whole nothing comes in.
        const tried = await new Importer({ ...to, isDryRun: true }).import(read());
        const outcome = isDryRun ? tried : await new Importer({ ...to, isDryRun: false }).import(read());
        const { imported, skipped, errors: told, errorCount } = outcome;
        const data = { imported, skipped, errors: told, errors_total: errorCount, dry_run: isDryRun };
        return c.json({
          status: 'success',
          code: 200,
          data,
          message: isDryRun ? 'This would come in' : 'Imported successfully',
          errors: null,
        });
      } finally {
        await file.close();
      }
    } catch (error) {
      if (error instanceof FileError) throw refuse(400, 'body', error.message);
      throw error;
    }
  });
};
