import { Menu, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useNow } from '@/format/now';
import { useTexts } from '@/i18n';
import { shortMoment } from './moment';
import { snoozeEndMs, type SnoozeChoice } from './snooze';
import { choiceWords } from './snooze-words';

interface Props {
  choices: readonly SnoozeChoice[];
  onChoose: (choice: SnoozeChoice) => void;
  /** The button that opens it. */
  children: ReactElement;
}

/** For how long: each choice with the moment it ends. */
export function SnoozeMenu({ choices, onChoose, children }: Props) {
  return (
    <Menu position="bottom-end" width={256} withInitialFocusPlaceholder={false}>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        <Choices choices={choices} onChoose={onChoose} />
      </Menu.Dropdown>
    </Menu>
  );
}

function Choices({ choices, onChoose }: Pick<Props, 'choices' | 'onChoose'>) {
  const texts = useTexts();
  const { format } = texts;
  const now = useNow();
  return choices.map((choice) => (
    <Menu.Item
      key={choice}
      onClick={() => onChoose(choice)}
      rightSection={<Text size="xs">{shortMoment(snoozeEndMs(choice, now), now, format.locale)}</Text>}
      data-testid={`choice-${choice}`}
    >
      {choiceWords(choice, texts)}
    </Menu.Item>
  ));
}
