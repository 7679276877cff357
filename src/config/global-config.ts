import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type LoadedSettings, loadSettings, SettingsError } from './load.ts';
import { SETTINGS, type Settings } from './schema.ts';

/** Where the settings come from. */
export interface ConfigSources {
  readonly env: Record<string, string | undefined>;
  readonly folder: string;
}

export type ReloadResult =
  /** The new settings hold; `changed` are the keys that differ from before. */
  | { readonly applied: true; readonly changed: readonly string[] }
  /** The old settings stay, for these reasons. */
  | { readonly applied: false; readonly problems: readonly string[] };

/** An editor writes a file in several steps; only what it looks like after them counts. */
const DEBOUNCE_MS = 100;

const valueAt = (settings: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], settings);

/**
 * The settings of the process: loaded once at the start, frozen, looked up in a map. Settings that are marked reloadable
 * may change while the server runs: the file is read and validated whole before any of it counts, and subscribers are
 * told once, with all that changed.
 */
export class GlobalConfig {
  readonly #sources: ConfigSources;
  readonly #subscribers = new Set<(changed: readonly string[]) => void>();
  #settings: Settings;
  #values: ReadonlyMap<string, unknown>;
  #file: string | null;
  #warnings: readonly string[];
  #watcher: FSWatcher | null = null;
  #debounce: ReturnType<typeof setTimeout> | undefined;
  #reloading: Promise<ReloadResult> | null = null;
  #following: Promise<ReloadResult> | null = null;

  private constructor(sources: ConfigSources, { settings, file, warnings }: LoadedSettings) {
    this.#sources = sources;
    this.#settings = settings;
    this.#values = mapOf(settings);
    this.#file = file;
    this.#warnings = warnings;
  }

  /** Errors: `SettingsError`. */
  static async initialize(sources: ConfigSources): Promise<GlobalConfig> {
    return new GlobalConfig(sources, await loadSettings(sources.env, sources.folder));
  }

  /** Settings that come from nowhere: for tests and tools. */
  static of(settings: Settings): GlobalConfig {
    return new GlobalConfig({ env: {}, folder: '/' }, { settings, file: null, warnings: [] });
  }

  /** All settings as they are now. Frozen; a reload puts others in their place. */
  get current(): Settings {
    return this.#settings;
  }

  /** The settings file in use, or null. */
  get file(): string | null {
    return this.#file;
  }

  /** One sentence for each thing that the sources say and that has no effect. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /** A setting by its dotted path; `usual` when there is none, or it is absent. */
  get(key: string, usual?: unknown): unknown {
    return this.#values.get(key) ?? usual;
  }

  getSection<S extends keyof Settings>(section: S): Settings[S] {
    return this.#settings[section];
  }

  /** Told of each reload that changed something. Answers how to end that. */
  subscribe(listener: (changed: readonly string[]) => void): () => void {
    this.#subscribers.add(listener);
    return () => this.#subscribers.delete(listener);
  }

  /**
   * Reads the sources again. Those who ask while that is under way share one more reload after it, since it may have read
   * the sources before they changed.
   */
  reload(): Promise<ReloadResult> {
    if (this.#reloading) {
      this.#following ??= this.#reloading.then(
        () => this.#follow(),
        () => this.#follow(),
      );
      return this.#following;
    }
    this.#reloading = this.#reload().finally(() => {
      this.#reloading = null;
    });
    return this.#reloading;
  }

  /** Reloads when the settings file changes; `onReload` is told how that went. */
  watch(onReload: (result: ReloadResult) => void): void {
    if (!this.#file) return;
    const name = basename(this.#file);
    // The folder, since editors put another file in the place of the one that is watched.
    this.#watcher = watch(dirname(this.#file), { persistent: false }, (_event, changed) => {
      if (changed !== name) return;
      clearTimeout(this.#debounce);
      this.#debounce = setTimeout(() => void this.reload().then(onReload), DEBOUNCE_MS);
    });
  }

  close(): void {
    this.#watcher?.close();
    clearTimeout(this.#debounce);
    this.#subscribers.clear();
  }

  #follow(): Promise<ReloadResult> {
    this.#following = null;
    return this.reload();
  }

  async #reload(): Promise<ReloadResult> {
    let loaded: LoadedSettings;
    try {
      loaded = await loadSettings(this.#sources.env, this.#sources.folder);
    } catch (error) {
      if (error instanceof SettingsError) return { applied: false, problems: error.problems };
      throw error;
    }
    const values = mapOf(loaded.settings);
    const changed = SETTINGS.filter(
      ({ path }) => JSON.stringify(values.get(path)) !== JSON.stringify(this.#values.get(path)),
    );
    const fixed = changed.filter(({ reloadable }) => !reloadable);
    if (fixed.length > 0) {
      const problems = fixed.map(
        ({ path }) => `${path} cannot change while the server runs. Restart it, or take the change back.`,
      );
      return { applied: false, problems };
    }
    this.#settings = loaded.settings;
    this.#values = values;
    this.#file = loaded.file;
    this.#warnings = loaded.warnings;
    const paths = changed.map(({ path }) => path);
    if (paths.length > 0) for (const listener of this.#subscribers) listener(paths);
    return { applied: true, changed: paths };
  }
}

const mapOf = (settings: Settings): ReadonlyMap<string, unknown> =>
  new Map(SETTINGS.map(({ path }) => [path, valueAt(settings, path)]));
