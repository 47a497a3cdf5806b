import clsx from "clsx";
import type { ReactNode } from "react";
import { useT } from "@/lib/i18n";
import { Button } from "./Button";
import { Failed, SkeletonRows } from "./display";

export interface Column<T> {
  key: string;
  header: string;
  cell: (row: T) => ReactNode;
  align?: "right";
  /** Left out on narrow screens; the row's detail has it. */
  wide?: boolean;
  className?: string;
}

interface Source {
  isPending: boolean;
  isError: boolean;
  error: unknown;
  refetch: () => unknown;
  hasNextPage?: boolean;
  isFetchingNextPage?: boolean;
  fetchNextPage?: () => unknown;
}

/** Where people compare: a table with its skeleton, its error, its empty state and its next page. */
export function DataTable<T>({ label, columns, rows, rowKey, source, empty, onRow, muted }: {
  label: string;
  columns: Column<T>[];
  rows: T[];
  rowKey: (row: T) => string;
  source?: Source;
  empty: ReactNode;
  onRow?: (row: T) => void;
  muted?: (row: T) => boolean;
}) {
  const t = useT();
  if (source?.isPending) return <SkeletonRows rows={8} />;
  if (source?.isError && rows.length === 0) return <Failed error={source.error} retry={() => void source.refetch()} />;
  if (rows.length === 0) return <>{empty}</>;
  return (
    <div className="flex flex-col gap-3">
      <div className="card overflow-x-auto">
        <table className="num w-full border-collapse text-[13.5px]" aria-label={label}>
          <thead>
            <tr className="border-b border-line text-left text-xs text-fg3">
              {columns.map((column) => (
                <th key={column.key} scope="col" className={clsx("px-3.5 py-2.5 font-medium whitespace-nowrap", column.align === "right" && "text-right", column.wide && "max-md:hidden")}>
                  {column.header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr
                key={rowKey(row)}
                className={clsx("border-b border-line last:border-0", onRow && "cursor-pointer hover:bg-s3/60", muted?.(row) && "text-fg3 [&_td]:text-fg3")}
                onClick={onRow && ((event) => {
                  if (!(event.target as HTMLElement).closest("button, a, input")) onRow(row);
                })}
              >
                {columns.map((column, index) => (
                  <td key={column.key} className={clsx("px-3.5 py-2.5", column.align === "right" && "text-right whitespace-nowrap", column.wide && "max-md:hidden", column.className)}>
                    {index === 0 && onRow ? (
                      <button type="button" className="block max-w-full text-left hover:underline" onClick={() => { onRow(row); }}>{column.cell(row)}</button>
                    ) : (
                      column.cell(row)
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {source?.hasNextPage && (
        <Button className="self-center" busy={source.isFetchingNextPage ?? false} onClick={() => void source.fetchNextPage?.()}>
          {t("action.more")}
        </Button>
      )}
    </div>
  );
}
