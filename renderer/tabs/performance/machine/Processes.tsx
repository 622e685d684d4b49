import { Badge, SegmentedControl, Skeleton, Table, Text } from '@mantine/core';
import { useRef, useState } from 'react';
import { ErrorNotice } from '@/components/ErrorNotice';
import { Panel } from '@/components/Panel';
import { useTexts } from '@/i18n';
import classes from '../performance.module.css';
import { useTopProcesses } from '../queries';
import { useVisible } from '../visible';

const ROWS = 12;

/** What uses the machine most now. Looked at only while it can be seen. */
export function Processes() {
  const { t } = useTexts();
  const root = useRef<HTMLDivElement>(null);
  const visible = useVisible(root);
  const [by, setBy] = useState<'cpu' | 'memory'>('cpu');
  const processes = useTopProcesses(by, visible);
  return (
    <div ref={root} className={classes.full}>
      <Panel
        title={t('performance.processes.title')}
        testId="processes"
        aside={
          <SegmentedControl
            value={by}
            aria-label={t('performance.processes.by')}
            data={[
              { value: 'cpu', label: t('performance.processes.cpu') },
              { value: 'memory', label: t('performance.processes.memory') },
            ]}
            onChange={(value) => setBy(value === 'memory' ? 'memory' : 'cpu')}
          />
        }
      >
        {processes.isError ? (
          <ErrorNotice thrown={processes.error} context={{ retry: () => void processes.refetch() }} />
        ) : processes.data ? (
          <ProcessTable processes={processes.data} />
        ) : (
          <Skeleton height={ROWS * 29 + 30} animate={visible} aria-busy={visible} />
        )}
      </Panel>
    </div>
  );
}

function ProcessTable({ processes }: { processes: NonNullable<ReturnType<typeof useTopProcesses>['data']> }) {
  const { t, format } = useTexts();
  return (
    <Table verticalSpacing={4} horizontalSpacing="xs" className={classes.figures}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t('performance.processes.name')}</Table.Th>
          <Table.Th w={100}>{t('performance.processes.pid')}</Table.Th>
          <Table.Th w={120}>{t('performance.processes.cpu')}</Table.Th>
          <Table.Th w={120}>{t('performance.processes.memory')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {processes.slice(0, ROWS).map(({ pid, name, cpuFraction, memoryBytes, own }) => (
          <Table.Tr key={pid}>
            <Table.Td className="hf-selectable">
              {name}{' '}
              {own && (
                <Badge variant="default" size="sm" tt="none" fw={500}>
                  Holdfast
                </Badge>
              )}
            </Table.Td>
            <Table.Td>
              <Text component="span" size="sm" c="dimmed">
                {pid}
              </Text>
            </Table.Td>
            <Table.Td>{format.metric(cpuFraction, 'fraction')}</Table.Td>
            <Table.Td>{format.bytes(memoryBytes)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
