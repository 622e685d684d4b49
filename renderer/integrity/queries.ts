/** Checks and repairs of a database, fetched when somebody looks at them, and again when the state says they changed. */
import { useQuery } from '@tanstack/react-query';
import { call } from '@/api';
import { queryClient } from '@/queries';

export function useChecks(databaseId: string) {
  return useQuery({
    queryKey: ['integrity', 'checks', databaseId],
    queryFn: () => call('integrity:list', { databaseId }),
  });
}

export function useRepairs(databaseId: string) {
  return useQuery({
    queryKey: ['integrity', 'repairs', databaseId],
    queryFn: () => call('repair:list', { databaseId }),
  });
}

export function refreshIntegrity(): void {
  void queryClient.invalidateQueries({ queryKey: ['integrity'] });
}
