/** Business rules, fetched when somebody looks at them. */
import { useQuery } from '@tanstack/react-query';
import { call } from '@/api';

export function useDataRules() {
  return useQuery({ queryKey: ['data-rules', 'list'], queryFn: () => call('data-rules:list') });
}

export function useDataRulePresets(databaseId: string) {
  return useQuery({
    queryKey: ['data-rules', 'presets', databaseId],
    queryFn: () => call('data-rules:presets', { databaseId }),
  });
}

/** The rows that break a rule, as they are when somebody looks. */
export function useDataRuleRows(id: string) {
  return useQuery({
    queryKey: ['data-rules', 'rows', id],
    queryFn: () => call('data-rules:rows', { id }),
    staleTime: 0,
    gcTime: 0,
  });
}
