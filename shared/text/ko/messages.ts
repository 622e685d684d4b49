/** The words of messages to people: notifications, mails, webhooks, in Korean. */
import type { message as english } from '../en/messages';
import type { Mirror } from '../mirror';

export const message: Mirror<typeof english> = {
  'and-more_other': '{{title}} 외 {{count}}건',
  more_other: '외 {{count}}건',
  resolved: '해결됨: {{title}}',
  unstable: '불안정: {{title}}',
  digest_other: '요약: 경보 {{count}}건',
  waited_other: '{{since, moment}} 이후의 메시지 {{count}}건',
  value: '현재 값 {{value}}',
  'value-bytes': '현재 값 {{bytes, bytes}}',
  threshold: '임계값 {{value}}',
  'threshold-bytes': '임계값 {{bytes, bytes}}',
  since: '{{since, moment}}부터',
  'from-until': '{{since, moment}}부터 {{until, moment}}까지',
  sender: '{{host}} 컴퓨터의 Holdfast에서 보냄',
  desktop: '데스크톱',
  unit: {
    'bytes-per-second': '초당 {{bytes, bytes}}',
    'per-second': '초당 {{value}}',
    milliseconds: '{{value}}밀리초',
    seconds: '{{value}}초',
    hours: '{{value}}시간',
    days: '{{value}}일',
    celsius: '섭씨 {{value}}도',
  },
  state: {
    resolved: '해결됨',
    'no-data': '데이터 없음',
    error: '평가할 수 없음',
  },
};
