/** The words of errors about errors and logs, in Korean. */
import type { diagnosisErrors as english } from '../en/diagnosis-errors';
import type { Mirror } from '../mirror';

export const diagnosisErrors: Mirror<typeof english> = {
  TAB_FAILED: {
    what: '창의 일부를 표시할 수 없습니다: {{where, windowPart}}.',
    meaning: '백업과 예약과 감시는 계속됩니다. 다른 탭은 사용할 수 있습니다.',
    action: '탭을 다시 여십시오. 다시 실패하면 오류 탭에서 세부 정보를 확인하십시오.',
  },
  WINDOW_HANGS: {
    what: '창이 한동안 응답하지 않았습니다.',
    meaning: '백업과 예약과 감시는 창 없이도 계속됩니다.',
    action: '기다리거나 창을 다시 불러오십시오. 다시 발생하면 성능 탭에서 프로세스를 확인하십시오.',
  },
  CRASH_LOOP: {
    what: '몇 분 안에 {{count}}번 비정상 종료되어 안전 모드로 실행 중입니다.',
    meaning: '안전 모드를 끝낼 때까지 백업과 감시와 알림이 없습니다. 기존 백업은 복원할 수 있습니다.',
    action: '이유를 확인한 뒤 안전 모드를 끝내십시오.',
  },
  ERROR_FLOOD: {
    what: '받을 수 있는 것보다 많은 오류가 들어와 {{count}}건을 거부했습니다: {{name}}.',
    meaning: '그룹과 처음 이벤트는 보관됩니다. 이후 이벤트의 일부는 없으며 거부된 수로 셉니다.',
    action: '오류 탭에서 늘어나는 그룹을 확인하십시오. 애플리케이션에는 기다리라고 알렸습니다.',
  },
  LOG_SOURCE_UNREADABLE: {
    what: '“{{name}}” 로그를 읽을 수 없습니다: {{reason}}.',
    meaning: '그동안 기록된 줄은 파일이 남아 있는 한 나중에 읽습니다.',
    action: '경로와 권한을 확인하십시오.',
  },
  LOG_INDEX_REBUILT: {
    what: '로그 색인을 사용할 수 없어 새로 만들었습니다.',
    meaning: '로그 파일에는 영향이 없습니다. 파일을 처음부터 다시 읽습니다.',
    action: '필요한 조치가 없습니다.',
  },
  LOG_SEARCH_INVALID: {
    what: '올바른 정규식이 아닙니다: {{reason}}.',
    meaning: '검색하지 않았습니다.',
    action: '정규식을 고치거나 단어로 검색하십시오.',
  },
  LOG_RESULT_GONE: {
    what: '이 검색의 결과는 더 이상 보관되어 있지 않습니다.',
    meaning: '로그 항목은 그대로 있습니다.',
    action: '다시 검색하십시오.',
  },
  LOG_NOT_WRITTEN: {
    what: '프로그램 로그를 기록할 수 없습니다: {{reason}}.',
    meaning: '백업과 감시는 계속됩니다. 그동안의 일은 로그에 없으며 그 수만 셉니다.',
    action: '디스크 공간을 확보하거나 권한을 고치십시오: {{path}}.',
  },
};
