/** 창 자체의 오류와 안전 모드. */
import type { faults as english } from '../en/faults';
import type { SameKeys } from '../types';

export const faults: SameKeys<typeof english> = {
  retry: '다시 시도',
  reload: '창 다시 불러오기',
  openErrors: '오류 탭 열기',
  showDetail: '세부 정보 표시',
  hideDetail: '세부 정보 숨기기',
  detail: '기술 세부 정보',
  part: {
    window: '창 전체',
    header: '머리글',
    panels: '패널 또는 대화 상자',
  },
  safe: {
    label: '안전 모드',
    noDetail: '마지막 비정상 종료는 이유를 남기지 않았습니다.',
    leave: '안전 모드 끝내기',
    left: '안전 모드를 끝냈습니다',
    leftDetail: '예약과 연속 보호와 감시가 다시 실행됩니다.',
  },
};
