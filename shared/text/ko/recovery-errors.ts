/** The words of the errors of continuous protection, moments, rows, checks and repair, in Korean. */
import type { recoveryErrors as english } from '../en/recovery-errors';
import type { Mirror } from '../mirror';

export const recoveryErrors: Mirror<typeof english> = {
  CONTINUOUS_NOT_WAL: {
    what: 'WAL 모드가 아니어서 트랜잭션을 하나씩 기록할 수 없습니다: {{name}}.',
    meaning: '예약 백업은 계속됩니다. 백업 사이의 시점으로는 되돌릴 수 없습니다.',
    action: '애플리케이션에서 저널 모드를 WAL 모드로 바꾸거나 연속 보호를 끄십시오.',
  },
  CONTINUOUS_FAILED: {
    what: '“{{name}}” 데이터베이스의 연속 보호가 중단되었습니다: {{reason}}.',
    meaning: '예약 백업은 계속됩니다. 그동안 커밋된 내용은 복원 지점으로만 되돌릴 수 있습니다.',
    action: '자동으로 다시 시도합니다. 계속되면 세부 정보를 확인하십시오.',
  },
  CONTINUOUS_GAP: {
    what: '{{fromAt, moment}}부터 연속 보호에 빈 구간이 있습니다: {{name}}.',
    meaning: '빈 구간의 트랜잭션은 복원 지점으로만 되돌릴 수 있습니다. 그 뒤의 기록은 계속됩니다.',
    action: '필요한 조치가 없습니다. 빈 구간이 반복되면 타임라인에서 이유를 확인하십시오.',
  },
  MOMENT_NOT_COVERED: {
    what: '{{at, moment}} 시점으로 되돌릴 수 있는 자료가 없습니다: {{name}}.',
    meaning: '그 시점까지 거슬러 올라가는 복원 지점이나 기록이 없습니다.',
    action: '타임라인에서 더 나중 시점을 선택하십시오.',
  },
  FILE_IS_LOG: {
    what: '백업이 아니라 트랜잭션 기록의 일부입니다: {{path}}.',
    meaning: '백업에 이어 다시 실행하는 개별 트랜잭션이 들어 있습니다. 파일은 변경되지 않았습니다.',
    action: '파일을 그 자리에 두십시오. 특정 시점으로 되돌리려면 백업의 타임라인에서 시점을 선택하십시오.',
  },
  LOG_DAMAGED: {
    what: '트랜잭션 기록 파일이 손상되었거나 없습니다: {{path}}.',
    meaning: '그 뒤의 시점은 다음 복원 지점부터 되돌릴 수 있습니다. 그 앞의 시점에는 영향이 없습니다.',
    action: '지금 백업하면 그 지점부터 기록이 이어집니다. 대상에 온전한 사본이 있을 수 있습니다.',
  },
  PARTIAL_NOT_POSSIBLE: {
    what: '{{table}} 테이블은 행 단위로 복원할 수 없습니다: {{reason}}.',
    meaning: '변경된 내용은 없습니다.',
    action: '데이터베이스 전체를 복원하거나, 그 시점을 사본으로 열어 필요한 행을 가져오십시오.',
  },
  PARTIAL_WOULD_BREAK: {
    what: '이 행들을 복원하면 존재하지 않는 행을 가리키는 참조가 {{count}}개 생깁니다.',
    meaning: '변경된 내용은 없습니다.',
    action: '참조하는 테이블도 함께 복원하십시오: {{tables}}.',
  },
  FOREIGN_KEYS_VIOLATED: {
    what: '상위 행이 없는 행이 {{count}}개 있습니다: {{name}}.',
    meaning: '파일은 온전하고 백업도 그대로입니다. 애플리케이션에 불완전한 데이터가 표시될 수 있습니다.',
    action: '백업에서 해당 행을 확인하고, 애플리케이션에서 고치거나 없어진 행을 복원하십시오.',
  },
  RULE_BROKEN: {
    what: '“{{rule}}” 규칙에 어긋나는 행이 {{count}}개 있습니다: {{name}}.',
    meaning: '파일은 온전합니다. 데이터가 애플리케이션이 남겨야 할 상태와 다릅니다.',
    action: '해당 행을 확인하고 애플리케이션에서 고치십시오.',
  },
  RULE_FIX_REFUSED: {
    what: '수정문이 행을 변경하는 하나의 문장이 아닙니다.',
    meaning:
      'UPDATE, DELETE, INSERT 중 하나의 문장만 받습니다. REPLACE는 행을 삭제하므로 거부합니다. 변경된 내용은 없습니다.',
    action: '규칙이 찾은 행만 변경하는 하나의 문장으로 작성하거나 비워 두십시오.',
  },
  CHECK_OVERDUE: {
    what: '{{days}}일 동안 검사하지 않았습니다: {{name}}.',
    meaning: '백업은 계속 검증됩니다. 운영 데이터베이스의 손상은 다음 검사까지 발견되지 않을 수 있습니다.',
    action: '지금 검사하십시오.',
  },
  REPAIR_UNDONE: {
    what: '“{{name}}” 데이터베이스의 복구를 취소했습니다: {{reason}}.',
    meaning: '데이터베이스는 이전 상태 그대로입니다. 복구 직전의 백업은 보관됩니다.',
    action: '검증된 복원 지점을 복원하거나, 읽을 수 있는 내용을 새 파일로 건져 내십시오.',
  },
  SALVAGE_FAILED: {
    what: '{{path}} 파일에서 아무것도 건져 내지 못했습니다: {{reason}}.',
    meaning: '파일은 변경되지 않았습니다.',
    action: '가장 최근의 검증된 복원 지점을 복원하십시오.',
  },
};
