import { Kbd, Text } from '@mantine/core';
import classes from './errors.module.css';

/** Keys and what they do, quietly. */
export function KeyHint({ keys, words }: { keys: readonly string[]; words: string }) {
  return (
    <Text size="xs" c="dimmed" component="span" className={classes.keyHint}>
      {keys.map((key) => (
        <Kbd key={key} size="xs">
          {key}
        </Kbd>
      ))}
      {words}
    </Text>
  );
}
