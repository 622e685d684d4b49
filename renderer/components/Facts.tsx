import type { ReactNode } from 'react';
import classes from './Facts.module.css';

export interface Fact {
  name: string;
  value: ReactNode;
}

/** Names and values; `stacked` puts each name above its value. */
export function Facts({ facts, stacked = false }: { facts: Fact[]; stacked?: boolean }) {
  return (
    <dl className={stacked ? classes.stacked : classes.rows}>
      {facts.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
