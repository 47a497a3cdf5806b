import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { FloorPage } from "@/features/floor/FloorPage";

/** The floor keeps its open station in the address, so that a link or the palette can point at it. */
export function FloorRoute() {
  const { station, start } = useSearch({ from: "/staff/floor" });
  const navigate = useNavigate();
  const open = useCallback(
    (id: string | null, begin = false) => {
      void navigate({ to: "/floor", search: { ...(id && { station: id }), ...(begin && { start: true }) }, replace: true });
    },
    [navigate],
  );
  return <FloorPage stationId={station ?? null} start={start ?? false} onOpen={open} />;
}
