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
  whole: {
    what: '창을 표시할 수 없습니다.',
    meaning: '백업과 예약과 감시는 창 없이도 계속됩니다.',
    action: '다시 시도하거나 창을 다시 불러오십시오.',
  },
  partAction: '다시 시도하십시오. 다시 실패하면 오류 탭에서 세부 정보를 확인하십시오.',
  part: {
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
