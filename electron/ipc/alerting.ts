/** Requests about alerts, their rules and the channels that tell of them. */
import type { IpcContext } from './context';
import type { Handlers } from './door';

type Prefix = 'alerts' | 'rules' | 'channels' | 'deliveries';
type Domain = Pick<Handlers, Extract<keyof Handlers, `${Prefix}:${string}`>>;

export function alertingHandlers({ core }: IpcContext): Domain {
  const { alerting } = core;
  return {
    'alerts:list': ({ includeResolved }) => alerting.alerts(includeResolved),
    'alerts:timeline': ({ alertId }) => alerting.timeline(alertId),
    'alerts:acknowledge': ({ alertId }) => {
      alerting.acknowledge(alertId);
      return null;
    },
    'alerts:snooze': ({ alertId, minutes }) => {
      alerting.snooze(alertId, minutes);
      return null;
    },
    'alerts:pause': ({ minutes }) => {
      alerting.pause(minutes);
      return null;
    },
    'rules:list': () => alerting.rules(),
    'rules:save': (input) => alerting.saveRule(input),
    'rules:remove': ({ id }) => {
      alerting.removeRule(id);
      return null;
    },
    'rules:simulate': ({ config }) => alerting.simulate(config),
    'channels:list': () => alerting.channels(),
    'channels:save': (input) => alerting.saveChannel(input),
    'channels:remove': ({ id }) => {
      alerting.removeChannel(id);
      return null;
    },
    'channels:test': ({ id }) => alerting.testChannel(id),
    'deliveries:list': ({ channelId }) => alerting.deliveries(channelId),
  };
}
