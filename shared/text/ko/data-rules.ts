/** Business rules that come with Holdfast, in Korean. */
import type { dataRulePreset as en } from '../en/data-rules';
import type { Mirror } from '../mirror';

export const dataRulePreset: Mirror<typeof en> = {
  'review-without-video': {
    name: '영상이 없는 검토',
    effect: '해당 영상이 더 이상 없는 검토',
  },
  'published-without-approval': {
    name: '승인 없이 게시된 영상',
    effect: '승인한 검토가 없는데 승인 상태이거나 수익이 발생하는 영상',
  },
  'monetized-small-channel': {
    name: '구독자 1,000명 미만의 수익 창출',
    effect: '구독자가 1,000명 미만인데 수익을 창출하는 영상이 있는 채널',
  },
  'negative-views': {
    name: '음수 조회수',
    effect: '조회수가 0보다 작은 영상이며 수정하면 0이 됨',
  },
  'dates-in-the-future': {
    name: '미래의 날짜',
    effect: '하루 이상 뒤의 날짜가 적힌 업로드, 결정, 검토, 수익 기록',
  },
};
