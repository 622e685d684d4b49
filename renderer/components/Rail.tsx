import { Indicator, UnstyledButton } from '@mantine/core';
import { IconActivity, IconAlertTriangle, IconHistory, IconLayoutDashboard, IconSettings } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useRef } from 'react';
import type { Tab } from '@shared/ipc';
import { badgeCount } from '@/alerts/select';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { navigate, TAB_ORDER, usePlace } from '@/navigation';
import { useApp } from '@/store';
import classes from './Rail.module.css';

const ICONS = {
  status: IconLayoutDashboard,
  backups: IconHistory,
  errors: IconAlertTriangle,
  performance: IconActivity,
  settings: IconSettings,
} as const satisfies Record<Tab, unknown>;

/** The five tabs. Arrow keys move between them, Ctrl or Cmd with 1…5 goes to one from anywhere. */
export function Rail() {
  const { t } = useTexts();
  const { tab: current } = usePlace();
  const list = useRef<HTMLDivElement>(null);
  useNumberKeys();

  const moveBy = (event: KeyboardEvent): void => {
    const target = tabForKey(event.key, current);
    if (!target) return;
    event.preventDefault();
    navigate({ tab: target });
    list.current?.querySelector<HTMLElement>(`#tab-${target}`)?.focus();
  };
  return (
    <div
      ref={list}
      className={classes.rail}
      role="tablist"
      aria-orientation="vertical"
      aria-label={t('tabs.label')}
      onKeyDown={moveBy}
    >
      {TAB_ORDER.map((tab, index) => (
        <RailTab key={tab} tab={tab} index={index} selected={tab === current} />
      ))}
    </div>
  );
}

function RailTab({ tab, index, selected }: { tab: Tab; index: number; selected: boolean }) {
  const { t } = useTexts();
  const count = useBadge(tab);
  const Icon = ICONS[tab];
  return (
    <UnstyledButton
      id={`tab-${tab}`}
      className={classes.tab}
      role="tab"
      aria-selected={selected}
      aria-controls={`panel-${tab}`}
      aria-keyshortcuts={`Control+${index + 1} Meta+${index + 1}`}
      tabIndex={selected ? 0 : -1}
      onClick={() => navigate({ tab })}
      data-testid={`tab-${tab}`}
    >
      <Indicator
        disabled={count === 0}
        label={count > 99 ? '99+' : count}
        color="var(--hf-danger-fill)"
        size={16}
        offset={2}
      >
        <Icon size={22} stroke={1.7} aria-hidden />
      </Indicator>
      <span>{t(`tabs.${tab}`)}</span>
      {count > 0 && (
        <span className="hf-visually-hidden">{t(tab === 'status' ? 'tabs.alerts' : 'tabs.problems', { count })}</span>
      )}
    </UnstyledButton>
  );
}

/** What waits in a tab: severe alerts that nobody looks after on Status; on Errors open problems, and errors that need somebody. */
function useBadge(tab: Tab): number {
  const now = useNow();
  return useApp((state) => {
    if (tab === 'status') return badgeCount(state.alerts, now);
    return tab === 'errors' ? state.problems.length + state.errorGroupsNeeding : 0;
  });
}

function tabForKey(key: string, current: Tab): Tab | undefined {
  const index = TAB_ORDER.indexOf(current);
  if (key === 'ArrowDown') return TAB_ORDER[(index + 1) % TAB_ORDER.length];
  if (key === 'ArrowUp') return TAB_ORDER[(index + TAB_ORDER.length - 1) % TAB_ORDER.length];
  if (key === 'Home') return TAB_ORDER[0];
  if (key === 'End') return TAB_ORDER.at(-1);
  return undefined;
}

function useNumberKeys(): void {
  useEffect(() => {
    const go = (event: globalThis.KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      const target = /^[1-5]$/.test(event.key) ? TAB_ORDER[Number(event.key) - 1] : undefined;
      if (!target) return;
      event.preventDefault();
      navigate({ tab: target });
    };
    window.addEventListener('keydown', go);
    return () => window.removeEventListener('keydown', go);
  }, []);
}
