/** Drawn for a box of 24 by 24, as lines. */
const PATHS = {
  overview: 'M3 12h4l3-8 4 16 3-8h4',
  live: 'M5 12a7 7 0 0 1 14 0M8.5 12a3.5 3.5 0 0 1 7 0M12 12v8',
  conversations: 'M4 5h16v11H9l-5 4z',
  campaigns: 'M4 10v4h3l8 5V5l-8 5zM18.5 9a4 4 0 0 1 0 6',
  channels:
    'M5 4h4l2 5-2.5 1.5a10 10 0 0 0 5 5L15 13l5 2v4a1 1 0 0 1-1 1A15 15 0 0 1 4 5a1 1 0 0 1 1-1z',
  subscribers: 'M4 12h11M11 7l5 5-5 5M20 4v16',
  letters: 'M3 6h18v12H3zM3 7l9 7 9-7',
  phones: 'M7 3h10v18H7zM11 18h2',
  dashboard: 'M4 20V10M10 20V4M16 20v-7M21 20H3',
  api: 'M8 7l-5 5 5 5M16 7l5 5-5 5',
  webhooks: 'M12 3v10M8 9l4 4 4-4M4 15v5h16v-5',
  inbox: 'M4 13l3-8h10l3 8v6H4zM4 13h5l1 3h4l1-3h5',
  table: 'M4 5h16v14H4zM4 10h16M4 14.5h16M10 10v9',
  deliveries: 'M4 12h13M12 7l5 5-5 5M20 5v14',
  media: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 8.5h.01',
  archive: 'M3 5h18v4H3zM5 9v10h14V9M10 13h4',
  outbox: 'M4 13v6h16v-6M12 15V4M8 8l4-4 4 4',
  sent: 'M3 12l18-8-6 17-3.5-6.5z',
  close: 'M6 6l12 12M18 6L6 18',
  back: 'M15 5l-7 7 7 7',
  pause: 'M8 5v14M16 5v14',
  play: 'M7 5l12 7-12 7z',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4',
  place: 'M12 21c5-6 7-9 7-12a7 7 0 0 0-14 0c0 3 2 6 7 12zM12 11.5h.01',
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside words, which say the same. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
