import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { MyOverview, PublicInfo, Venue } from "@/api/types";
import { api } from "@/lib/http";
import { useMe } from "@/lib/session";

const STORED = "gameops.venue";

/** The venue at work: the last one chosen here, else the first the person belongs to. */
export function useVenueChoice() {
  const me = useMe();
  const [wish, setWish] = useState(() => localStorage.getItem(STORED));
  const ids = me.venues.map((venue) => venue.id);
  const venueId = ids.find((id) => id === wish) ?? ids[0] ?? null;
  const query = useQuery({
    queryKey: ["venue", venueId],
    queryFn: () => api.get<Venue>(`/venues/${venueId ?? ""}`),
    enabled: venueId !== null,
    staleTime: 60_000,
  });
  return {
    query,
    venues: me.venues,
    choose: (id: string) => {
      localStorage.setItem(STORED, id);
      setWish(id);
    },
  };
}

/** A customer's venue comes with their own overview: they may not read venues as staff do. */
export function useMyVenue() {
  const me = useMe();
  const [wish, setWish] = useState(() => localStorage.getItem(STORED));
  const ids = me.customer_of.map((entry) => entry.venue_id);
  const venueId = ids.find((id) => id === wish) ?? ids[0];
  const query = useQuery({
    queryKey: ["me", "overview", "mine", venueId],
    queryFn: () => api.get<MyOverview>("/me/overview", { venue_id: venueId }),
    staleTime: 60_000,
  });
  const names = useQuery({ queryKey: ["public"], queryFn: () => api.get<PublicInfo>("/public/info"), enabled: ids.length > 1, staleTime: Infinity });
  return {
    query,
    venues: ids.length > 1 ? (names.data?.venues.filter((venue) => ids.includes(venue.id)) ?? []) : [],
    choose: (id: string) => {
      localStorage.setItem(STORED, id);
      setWish(id);
    },
  };
}
