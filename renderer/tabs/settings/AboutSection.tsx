import { Skeleton, Text } from '@mantine/core';
import type { RuntimeInfo } from '@shared/models';
import { CopyButton } from '@/components/CopyButton';
import { ErrorNotice } from '@/components/ErrorNotice';
import { Facts } from '@/components/Facts';
import { Panel } from '@/components/Panel';
import { PathText } from '@/components/PathText';
import { useTexts } from '@/i18n';
import { useRuntime } from '@/queries';

const LINES = [
  'version',
  'electron',
  'chrome',
  'node',
  'sqlite',
  'platform',
] as const satisfies readonly (keyof RuntimeInfo)[];

/** Versions and where Holdfast keeps its data. */
export function AboutSection() {
  const { t } = useTexts();
  const query = useRuntime();
  const info = query.data;
  return (
    <Panel
      title={t('settings.about')}
      aside={info && <CopyButton text={JSON.stringify(info, null, 2)} what={t('about.all')} />}
      testId="about"
    >
      {query.isPending && <Skeleton height={150} aria-busy />}
      {query.isError && <ErrorNotice thrown={query.error} context={{ retry: () => void query.refetch() }} />}
      {info && (
        <Facts
          facts={[
            ...LINES.map((line) => ({
              name: t(`about.${line}`),
              value: (
                <Text component="span" className="hf-selectable">
                  {info[line]}
                </Text>
              ),
            })),
            { name: t('about.home'), value: <PathText path={info.home} /> },
          ]}
        />
      )}
    </Panel>
  );
}
