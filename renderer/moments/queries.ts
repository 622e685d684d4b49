/** Rows of what was opened. They do not change; what was fetched is let go soon after the panel is closed. */
import { useQuery } from '@tanstack/react-query';
import { call } from '@/api';
import { PAGE } from './cells';

interface Asked {
  token: string;
  table: string;
  offset: number;
  /** '' finds all. */
  search: string;
}

export function useRows({ token, table, offset, search }: Asked) {
  return useQuery({
    queryKey: ['moment-rows', token, table, offset, search],
    queryFn: () => call('moments:rows', { token, table, offset, limit: PAGE, ...(search === '' ? {} : { search }) }),
    // the page before stays until the next one is there
    placeholderData: (before) => before,
    gcTime: 30_000,
  });
}
