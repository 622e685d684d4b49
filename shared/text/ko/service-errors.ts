/** The words of the errors of services, figures and channels, in Korean. */
import type { serviceErrors as english } from '../en/service-errors';
import type { Mirror } from '../mirror';

export const serviceErrors: Mirror<typeof english> = {
  HOST_NOT_FOUND: {
    what: '{{host}} 이름을 찾을 수 없습니다.',
    meaning: '주소를 찾지 못하여 아무것도 요청하지 못했습니다.',
    action: '이름과 이 컴퓨터의 DNS 설정을 확인하십시오.',
  },
  CONNECTION_REFUSED: {
    what: '{{host}}의 포트 {{port}}에서 연결을 거부했습니다.',
    meaning: '컴퓨터는 응답하지만 그 포트에서 동작하는 서비스가 없습니다.',
    action: '서비스를 시작하거나 포트를 확인하십시오.',
  },
  CONNECTION_FAILED: {
    what: '{{host}}에 연결하지 못했습니다: {{reason}}.',
    meaning: '서비스에 요청하지 못했습니다.',
    action: '네트워크와 서비스를 확인한 뒤 다시 시도하십시오.',
  },
  REQUEST_TIMED_OUT: {
    what: '{{host}}에서 제때 응답하지 않았습니다.',
    what_seconds: '{{host}}에서 {{seconds}}초 안에 응답하지 않았습니다.',
    meaning: '서비스가 멈췄거나, 부하가 높거나, 연결할 수 없습니다.',
    action: '서비스와 네트워크를 확인한 뒤 다시 시도하십시오.',
  },
  CERTIFICATE_INVALID: {
    what: '{{host}}의 인증서가 올바르지 않습니다: {{reason}}.',
    meaning: '인증서를 검사하는 프로그램은 이 연결을 거부합니다.',
    action: '서비스의 인증서를 갱신하거나 바로잡으십시오.',
  },
  HTTP_STATUS_UNEXPECTED: {
    what: '{{host}}에서 상태 {{status}} 응답을 받았습니다. 예상한 상태는 다음과 같습니다: {{expected}}.',
    meaning: '서비스가 응답하지만 정상이 아닙니다.',
    action: '서비스의 로그를 확인하거나 예상 상태를 고치십시오.',
  },
  ANSWER_UNEXPECTED: {
    what: '{{host}}의 응답에 “{{expected}}” 내용이 없습니다.',
    meaning: '서비스가 응답하지만 정상이 아닙니다.',
    action: '서비스를 확인하거나 예상 텍스트를 고치십시오.',
  },
  ANSWER_TOO_LARGE: {
    what: '{{host}}의 응답이 {{limitBytes, bytes}}보다 깁니다.',
    meaning: '끝까지 읽지 않았습니다.',
    action: '응답이 더 짧은 주소를 선택하십시오.',
  },
  ADDRESS_REFUSED: {
    what: '{{host}} 주소에는 요청하지 않습니다.',
    meaning: '링크 로컬 주소는 네트워크 자체와 비밀을 내주는 클라우드 메타데이터 서비스의 주소입니다.',
    action: '다른 주소를 선택하십시오.',
  },
  REDIRECT_REFUSED: {
    what: '{{host}}에서 다른 주소인 {{url}} 주소로 이동시킵니다.',
    meaning: '다른 호스트로의 이동은 따라가지 않습니다.',
    action: '최종 주소를 입력하십시오.',
  },
  METRICS_UNREADABLE: {
    what: '{{host}}의 메트릭을 읽을 수 없습니다: {{reason}}.',
    meaning: '이 응답에서 저장한 내용은 없습니다.',
    action: 'Prometheus 메트릭을 제공하는 주소인지 확인하십시오.',
  },
  QUERY_INVALID: {
    what: '쿼리를 실행할 수 없습니다: {{reason}}.',
    meaning: '읽은 내용이 없습니다.',
    action: '쿼리를 고친 뒤 다시 시도하십시오.',
  },
  QUERY_NOT_READ_ONLY: {
    what: '단순한 읽기 쿼리가 아닙니다.',
    meaning:
      'SELECT(또는 WITH … SELECT) 하나만 실행합니다. ATTACH, PRAGMA 및 쓰기는 거부합니다. 아무것도 실행하지 않았습니다.',
    action: '하나의 SELECT로 작성하십시오.',
  },
  QUERY_TIMED_OUT: {
    what: '{{seconds}}초가 지나 쿼리를 중단했습니다.',
    meaning: '오래 걸리는 쿼리는 데이터베이스를 사용하는 애플리케이션을 지연시킬 수 있습니다.',
    action: '인덱스를 추가하는 등 쿼리를 더 빠르게 만드십시오.',
  },
  QUERY_NO_NUMBER: {
    what: '쿼리 결과에 숫자가 없습니다.',
    meaning: '지표는 숫자 하나가 있는 한 행에서 얻습니다. 이번에는 값이 없습니다.',
    action: '첫 행이 숫자로 시작하도록 쿼리를 작성하십시오.',
  },
  ITEM_UNKNOWN: {
    what: '이 항목은 더 이상 존재하지 않습니다.',
    meaning: '그사이에 삭제되었습니다. 변경된 내용은 없습니다.',
    action: '목록을 다시 확인하십시오.',
  },
  MAIL_REFUSED: {
    what: '메일 서버 {{host}}에서 메시지를 받지 않았습니다: {{reason}}.',
    meaning: '메시지는 대기하며 24시간 동안 다시 시도합니다.',
    action: '설정에서 서버, 보내는 사람, 받는 사람을 확인하십시오.',
  },
  MAIL_LOGIN_FAILED: {
    what: '메일 서버 {{host}}에서 사용자 이름 또는 비밀번호를 거부했습니다.',
    meaning: '바로잡기 전에는 메일을 보낼 수 없습니다. 메시지는 24시간 동안 대기합니다.',
    action: '설정에서 사용자 이름과 비밀번호를 다시 입력하십시오.',
  },
  NOTIFICATION_NOT_SHOWN: {
    what: '데스크톱에 알림이 표시되지 않았습니다.',
    meaning: '경보는 창과 트레이에 계속 표시되며 다른 채널에는 영향이 없습니다.',
    action: '데스크톱 설정에서 Holdfast의 알림이 허용되어 있는지 확인하십시오.',
  },
  CHANNEL_FAILING: {
    what: '“{{name}}” 채널로 메시지가 전달되지 않습니다.',
    meaning: '경보는 보관되어 24시간 동안 다시 시도하지만, 제때 받지 못할 수 있습니다.',
    action: '설정에서 이 채널의 전달 기록을 확인하고 테스트 메시지를 보내십시오.',
  },
  SECRET_UNREADABLE: {
    what: '“{{name}}”에 저장된 비밀번호를 읽을 수 없습니다.',
    meaning: '잠겨 있거나 없는 키링으로 저장되었습니다. 이 비밀번호로 보낸 것은 없습니다.',
    action: '키링의 잠금을 풀거나 설정에서 비밀번호를 다시 입력하십시오.',
  },
  DEAD_MAN_FAILED: {
    what: '데드맨 주소 {{host}}에 연결하지 못했습니다: {{reason}}.',
    meaning: 'Holdfast가 동작 중인데도 그 서비스가 멈췄다고 알릴 수 있습니다.',
    action: '설정의 주소와 네트워크를 확인하십시오.',
  },
  ENDPOINT_UNAVAILABLE: {
    what: '로컬 엔드포인트가 포트 {{port}}에서 열리지 않습니다: {{reason}}.',
    meaning: '다른 프로그램이 상태와 메트릭을 조회할 수 없습니다. 나머지는 모두 동작합니다.',
    action: '설정에서 다른 포트를 선택하거나 그 포트를 사용하는 프로그램을 종료하십시오.',
  },
  METRICS_RECORD_DAMAGED: {
    what: '측정 기록의 일부를 읽지 못했습니다: {{path}}.',
    meaning: '온전한 줄은 보존되며 읽지 못한 부분은 빈 구간으로 표시됩니다. 백업에는 영향이 없습니다.',
    action: '따로 할 일은 없습니다.',
  },
  METRICS_INDEX_REBUILT: {
    what: '측정 기록으로부터 색인을 다시 만들었습니다.',
    meaning: '색인이 없거나 손상되어 있었습니다. 측정값은 기록에 남아 있으며 백업에는 영향이 없습니다.',
    action: '따로 할 일은 없습니다.',
  },
};
