/** Figures that come with Holdfast, in Korean. */
import type { businessPreset as en } from '../en/business';
import type { Mirror } from '../mirror';

export const businessPreset: Mirror<typeof en> = {
  'videos-processed': {
    name: '하루 영상 처리 수',
    effect: '최근 24시간 동안 승인되거나 거부된 영상',
    unit: '개/일',
  },
  'approval-rate': {
    name: '승인율',
    effect: '최근 7일 동안 결정된 영상 중 승인된 비율',
  },
  'monetization-conversion': {
    name: '수익화 전환율',
    effect: '최근 90일 동안 승인된 영상 중 수익이 발생하는 비율',
  },
  'videos-published': {
    name: '하루 영상 게시 수',
    effect: '최근 24시간 동안 승인된 영상',
    unit: '개/일',
  },
  'reviews-waiting': {
    name: '검토 대기',
    effect: '현재 대기 중이거나 검토 중인 영상',
    unit: '개',
  },
  'hours-to-review': {
    name: '결정까지 걸린 시간',
    effect: '최근 7일 동안 결정된 영상의 업로드부터 결정까지 걸린 시간의 중앙값',
  },
  'channels-monetized': {
    name: '수익화 채널',
    effect: '지난달이나 이번 달에 수익화된 영상이 있는 채널',
    unit: '개',
  },
  'revenue-last-month': {
    name: '지난달 수익',
    effect: '지난달 모든 영상의 수수료를 제외한 수익',
    unit: '원',
  },
};
