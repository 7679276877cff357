import { Flex, Spinner } from '@radix-ui/themes';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useRef } from 'react';

interface LongListProps<Row> {
  /** What the list is of, for those who hear it. */
  readonly label: string;
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly show: (row: Row) => ReactNode;
  /** What most rows are high, in pixels, before they are measured. */
  readonly usualPx: number;
  /** Asks for the rows that follow; null when there are none, or they are on their way. */
  readonly more: (() => void) | null;
  readonly isLoading: boolean;
  /** Highest that the list may be, as CSS says it. */
  readonly maxHeight: string;
}

/** Rows before and behind those that are seen. */
const AROUND = 8;

/** A list of any length: only the rows in sight are in the page, and further ones are asked for as it is scrolled. */
export const LongList = <Row,>(props: LongListProps<Row>) => {
  const { label, rows, keyOf, show, usualPx, more, isLoading, maxHeight } = props;
  const box = useRef<HTMLDivElement>(null);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => usualPx,
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : keyOf(row);
    },
    overscan: AROUND,
  });
  const seen = list.getVirtualItems();
  const last = seen.at(-1)?.index ?? -1;
  useEffect(() => {
    if (more && last >= rows.length - AROUND - 1) more();
  }, [more, last, rows.length]);
  return (
    <section
      className="rows"
      ref={box}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard.
      tabIndex={0}
      style={{ height: `min(${list.getTotalSize()}px, ${maxHeight})` }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: an ul would not take the rows where they stand. */}
      <div role="list" style={{ height: list.getTotalSize() }}>
        {seen.map(({ index, key, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            // biome-ignore lint/a11y/useSemanticElements: likewise.
            <div
              key={key}
              role="listitem"
              aria-setsize={more ? -1 : rows.length}
              aria-posinset={index + 1}
              data-index={index}
              ref={list.measureElement}
              style={{ transform: `translateY(${start}px)` }}
            >
              {show(row)}
            </div>
          );
        })}
      </div>
      {isLoading && (
        <Flex justify="center" p="3">
          <Spinner />
        </Flex>
      )}
    </section>
  );
};
