/**
 * The words of every error code, in Korean. No particle that changes with the sound before it (이/가, 을/를, 은/는)
 * follows a value: names and paths end in any sound.
 */
import type { en } from '../en';
import type { Mirror } from '../mirror';
import { copyErrors } from './copy-errors';
import { diagnosisErrors } from './diagnosis-errors';
import { recoveryErrors } from './recovery-errors';
import { serviceErrors } from './service-errors';

export const errors: Mirror<typeof en.errors> = {
  FILE_NOT_FOUND: {
    what: '{{path}} 위치에 파일이 없습니다.',
    meaning: '읽거나 변경한 내용은 없습니다.',
    action: '경로를 확인하거나 파일을 다시 선택하십시오.',
  },
  FILE_IS_FOLDER: {
    what: '{{path}} 항목은 파일이 아니라 폴더입니다.',
    meaning: '읽거나 변경한 내용은 없습니다.',
    action: '폴더 안의 데이터베이스 파일이나 백업 파일을 선택하십시오.',
  },
  FILE_NOT_REGULAR: {
    what: '{{path}} 항목은 일반 파일이 아닙니다.',
    meaning: '장치, 파이프, 소켓에는 데이터베이스를 저장할 수 없습니다. 변경된 내용은 없습니다.',
    action: '디스크에 저장된 파일을 선택하십시오.',
  },
  FILE_NO_PERMISSION: {
    what: '{{path}}에 대한 접근이 거부되었습니다.',
    meaning: '접근이 허용될 때까지 이 위치를 읽거나 쓸 수 없습니다. 저장된 내용은 변경되지 않았습니다.',
    action: '사용자 계정에 파일과 폴더의 접근 권한을 부여한 뒤 다시 시도하십시오.',
  },
  FILE_EMPTY: {
    what: '{{path}} 파일이 비어 있습니다.',
    meaning: '파일 크기가 0바이트이므로 보호하거나 복원할 데이터가 없습니다.',
    action: '다른 파일을 선택하거나 응용 프로그램이 데이터베이스를 기록할 때까지 기다리십시오.',
  },
  NOT_A_DATABASE: {
    what: '{{path}} 파일은 SQLite 데이터베이스가 아닙니다.',
    meaning: '보호 대상으로 등록하거나 복원에 사용할 수 없습니다. 파일은 변경되지 않았습니다.',
    action: 'SQLite 데이터베이스 또는 그 백업 파일을 선택하십시오.',
  },
  DATABASE_ENCRYPTED: {
    what: '{{path}} 데이터베이스는 암호화된 것으로 보입니다.',
    meaning: '키가 없으면 내용을 읽을 수 없어 백업을 검증할 수 없습니다. 파일은 변경되지 않았습니다.',
    action: '암호화되지 않은 데이터베이스를 선택하거나, 해당 응용 프로그램에서 암호를 푼 사본을 만드십시오.',
  },
  DATABASE_TRUNCATED: {
    what: '{{path}} 데이터베이스가 헤더에 기록된 크기보다 작습니다.',
    meaning: '끝부분의 페이지가 없어 데이터 일부가 손실되었습니다. 이전 복원 지점에는 영향이 없습니다.',
    action: '백업 화면에서 가장 최근에 검증된 복원 지점으로 복원하십시오.',
  },
  DATABASE_CORRUPT: {
    what: '{{path}} 데이터베이스가 손상되었습니다.',
    meaning: '일부 데이터를 읽을 수 없거나 내용이 잘못되었을 수 있습니다. 이전 복원 지점에는 영향이 없습니다.',
    action: '백업 화면에서 가장 최근에 검증된 복원 지점으로 복원하십시오.',
  },
  DATABASE_LOCKED: {
    what: '다른 프로그램이 {{path}} 데이터베이스를 잠그고 있습니다.',
    what_holders: '다른 프로그램이 {{path}} 데이터베이스를 잠그고 있습니다: {{holders}}.',
    what_seconds: '다른 프로그램이 {{seconds, seconds}} 동안 {{path}} 데이터베이스를 잠그고 있었습니다.',
    meaning: '작업이 시작되지 않았거나 중단되었습니다. 데이터베이스는 변경되지 않았습니다.',
    action: '다른 프로그램의 긴 트랜잭션이 끝난 뒤 다시 시도하십시오.',
  },
  DATABASE_MISSING: {
    what: '보호 중인 데이터베이스가 {{path}} 위치에 없습니다.',
    meaning: '새 백업을 만들 수 없습니다. 이전 복원 지점에는 영향이 없습니다.',
    action:
      '디스크를 연결하거나 파일을 원래 위치로 옮기십시오. 파일이 사라졌다면 가장 최근에 검증된 복원 지점으로 복원하십시오.',
  },
  DATABASE_UNKNOWN: {
    what: '이름이 {{name}}인 보호 대상 데이터베이스가 없습니다.',
    meaning: '수행된 작업은 없습니다. 보호 중인 데이터베이스와 백업에는 영향이 없습니다.',
    action: '보호 대상 목록에서 이름을 확인하십시오.',
  },
  DATABASE_ALREADY_GUARDED: {
    what: '{{path}} 파일은 이미 보호 대상입니다(이름: {{name}}).',
    meaning: '새로 추가된 항목은 없습니다. 백업은 지금까지와 같이 계속됩니다.',
    action: '조치가 필요하지 않습니다. 다른 데이터베이스를 보호하려면 다른 파일을 선택하십시오.',
  },
  NAME_TAKEN: {
    what: '이름이 {{name}}인 보호 대상 데이터베이스가 이미 있습니다.',
    meaning: '추가되거나 변경된 내용은 없습니다.',
    action: '다른 이름을 사용하십시오.',
  },
  DATABASE_BUSY: {
    what: '{{name}} 데이터베이스의 다른 작업이 아직 끝나지 않았습니다.',
    meaning: '새 작업을 시작하지 않았습니다. 데이터베이스와 백업에는 영향이 없습니다.',
    action: '진행 중인 작업이 끝난 뒤 다시 시도하십시오.',
  },
  BACKUP_FOLDER_UNUSABLE: {
    what: '{{path}} 백업 폴더를 사용할 수 없습니다.',
    what_reason: '{{path}} 백업 폴더를 사용할 수 없습니다({{reason}}).',
    meaning: '새 백업을 저장할 수 없습니다. 데이터베이스와 기존 백업은 변경되지 않았습니다.',
    action: '디스크 연결과 접근 권한을 확인하거나 설정에서 다른 백업 폴더를 선택하십시오.',
  },
  DISK_FULL: {
    what: '{{path}}에 쓸 여유 공간이 부족합니다.',
    what_neededBytes: '{{path}}에 쓸 여유 공간이 부족합니다(필요 {{neededBytes, bytes}}, 여유 {{freeBytes, bytes}}).',
    meaning: '쓰던 파일은 완성되지 않아 사용되지 않습니다. 완료된 백업에는 영향이 없습니다.',
    action: '해당 디스크의 공간을 확보하거나 설정에서 다른 디스크의 백업 폴더를 선택하십시오.',
  },
  BACKUP_PROOF_FAILED: {
    what: '{{name}} 데이터베이스의 백업이 다음 검증 단계를 통과하지 못했습니다: {{step, proofStep}}.',
    meaning: '이 백업은 유효한 백업으로 인정되지 않으며 기존 백업을 대체하지 않습니다. 검증된 복원 지점은 유지됩니다.',
    action: '다시 백업하십시오. 또 실패하면 데이터베이스와 백업 디스크를 점검하십시오.',
  },
  BACKUP_OVERDUE: {
    what: '{{name}} 데이터베이스의 검증된 백업이 {{hours, hours}} 동안 없습니다.',
    meaning: '지금 데이터베이스가 손상되면 마지막으로 검증된 백업 이후에 기록된 내용을 잃게 됩니다.',
    action: '지금 백업하십시오.',
  },
  BACKUP_UNKNOWN: {
    what: '백업 목록에 해당 복원 지점이 없습니다.',
    meaning: '수행된 작업은 없습니다. 데이터베이스와 백업에는 영향이 없습니다.',
    action: '백업 화면의 목록에서 복원 지점을 선택하십시오.',
  },
  BACKUP_FILE_MISSING: {
    what: '{{path}} 백업 파일이 없습니다.',
    meaning: '파일을 되찾을 때까지 이 복원 지점을 사용할 수 없습니다. 데이터베이스 자체에는 영향이 없습니다.',
    action: '디스크를 연결하거나 파일을 원래 위치로 되돌리십시오. 그럴 수 없으면 지금 백업하십시오.',
  },
  BACKUP_FILE_DAMAGED: {
    what: '{{path}} 백업 파일이 손상되었습니다.',
    meaning: '이 파일로는 복원할 수 없습니다. 데이터베이스 자체에는 영향이 없습니다.',
    action: '정상적인 복원 지점이 다시 생기도록 지금 백업하십시오.',
  },
  BACKUP_MISMATCH: {
    what: '{{path}} 백업 파일이 기록된 파일과 다릅니다.',
    meaning: '크기나 체크섬이 달라 복원에 사용하지 않습니다. 데이터베이스 자체에는 영향이 없습니다.',
    action: '지금 백업하고, 파일이 바뀐 원인을 확인하십시오.',
  },
  BACKUP_KEPT: {
    what: '{{name}} 데이터베이스의 마지막 검증된 백업입니다.',
    meaning: '이 백업이 없으면 데이터베이스를 되살릴 수 없으므로 삭제하지 않았습니다.',
    action: '새로 백업하십시오. 새 백업이 검증되면 이 백업을 삭제할 수 있습니다.',
    what_points: '{{name}}: 이 복원 지점을 바탕으로 하는 복원 지점이 {{points}}개 있습니다.',
    meaning_points: '이 복원 지점이 없으면 그 시점으로 되돌릴 수 없으므로 삭제하지 않았습니다.',
    action_points: '그 복원 지점을 먼저 삭제하거나, 보존 규칙이 순서대로 삭제할 때까지 두십시오.',
  },
  GZIP_DAMAGED: {
    what: '{{path}} 압축 파일이 손상되었거나 끝부분이 잘렸습니다.',
    meaning: '압축을 끝까지 풀 수 없어 복원에 사용하지 않았습니다.',
    action: '파일의 다른 사본이나 다른 복원 지점을 선택하십시오.',
  },
  GZIP_TOO_LARGE: {
    what: '{{path}} 파일의 압축을 풀면 허용 크기({{limitBytes, bytes}})를 넘습니다.',
    meaning: '디스크가 가득 차지 않도록 압축 풀기를 중단했습니다. 복원된 내용은 없습니다.',
    action: '의도한 파일인지 확인하거나 다른 파일을 선택하십시오.',
  },
  CANCELLED: {
    what: '작업이 취소되었습니다.',
    meaning: '완료되지 않은 결과는 사용되지 않습니다. 데이터베이스와 완료된 백업에는 영향이 없습니다.',
    action: '필요할 때 다시 시작하십시오.',
  },
  RESTORE_TARGET_EXISTS: {
    what: '{{path}} 위치에 이미 파일이 있습니다.',
    meaning: '기존 파일을 덮어쓰지 않았습니다.',
    action: '다른 파일 이름을 선택하십시오.',
  },
  RESTORE_ROLLED_BACK: {
    what: '{{name}} 데이터베이스를 복원하지 못했습니다.',
    meaning: '복원 전 상태로 되돌렸습니다. 데이터베이스는 이전과 같습니다.',
    action: '세부 정보에서 원인을 확인한 뒤 다시 시도하거나 다른 복원 지점을 선택하십시오.',
  },
  RESTORE_ROLLBACK_FAILED: {
    what: '{{name}} 데이터베이스를 복원하지 못했고, 이전 상태로 되돌리지도 못했습니다.',
    meaning:
      '데이터베이스의 상태가 온전하지 않을 수 있습니다. 복원 직전의 내용은 안전 백업이나 세부 정보에 표시된 폴더에 보관되어 있습니다.',
    action:
      '데이터베이스를 사용하는 응용 프로그램을 종료한 뒤 백업 화면에서 가장 최근의 안전 백업으로 복원하거나 보관된 파일을 원래 위치로 옮기십시오.',
  },
  RESTORE_INTERRUPTED: {
    what: '{{name}} 데이터베이스의 복원이 중단되었습니다.',
    meaning:
      '데이터베이스에는 복원 전 내용이나 복원된 내용 중 하나가 온전히 들어 있습니다. 내용이 바뀌었다면 복원 전 내용은 안전 백업에 있습니다.',
    action: '백업 화면에서 데이터베이스를 확인하고 필요하면 다시 복원하십시오.',
  },
  RESTORE_HELD_OPEN: {
    what: '다른 프로그램에서 {{path}} 파일을 열어 두고 있습니다.',
    what_holders: '다른 프로그램에서 {{path}} 파일을 열어 두고 있습니다: {{holders}}.',
    meaning: '파일 전체를 교체해야 하므로 복원을 시작하지 않았습니다. 데이터베이스는 그대로입니다.',
    action: '데이터베이스를 사용하는 응용 프로그램을 종료한 뒤 다시 시도하십시오.',
  },
  NOTHING_TO_UNDO: {
    what: '취소할 복원이 없습니다.',
    meaning: '변경된 내용은 없습니다.',
    action: '다른 시점으로 되돌리려면 백업 화면에서 복원 지점을 선택하십시오.',
  },
  HOME_OWNED: {
    what: '다른 프로세스({{pid}})가 {{startedAt, moment}}부터 {{path}} 데이터 폴더를 사용하고 있습니다.',
    meaning: '두 프로세스가 동시에 사용하면 백업 목록이 손상될 수 있어 작업을 수행하지 않았습니다.',
    action: '실행 중인 Holdfast를 사용하거나 먼저 종료하십시오.',
  },
  HOME_UNUSABLE: {
    what: '{{path}} 데이터 폴더를 사용할 수 없습니다.',
    what_reason: '{{path}} 데이터 폴더를 사용할 수 없습니다({{reason}}).',
    meaning:
      '데이터 폴더 없이는 Holdfast를 시작할 수 없습니다. 보호 중인 데이터베이스와 백업 파일에는 영향이 없습니다.',
    action: '접근 권한과 여유 공간을 확인하거나 다른 데이터 폴더를 지정해 시작하십시오.',
  },
  STORE_NEWER: {
    what: '{{path}}의 데이터는 더 높은 버전의 Holdfast에서 기록되었습니다(형식 {{found}}, 지원되는 형식 {{supported}} 이하).',
    meaning: '변경된 내용은 없습니다. 보호 중인 데이터베이스와 백업 파일에는 영향이 없습니다.',
    action: '더 높은 버전의 Holdfast를 다시 설치하십시오.',
  },
  STORE_DAMAGED: {
    what: 'Holdfast 자체 데이터베이스인 {{path}} 파일이 손상되었습니다.',
    meaning: '보호 대상 목록, 설정, 기록을 읽을 수 없습니다. 보호 중인 데이터베이스와 백업 파일에는 영향이 없습니다.',
    action:
      '파일을 다른 곳으로 옮기고 Holdfast를 다시 시작하십시오. 그런 다음 데이터베이스를 등록하고 백업 폴더에서 백업 목록을 다시 만드십시오.',
  },
  CHILD_CRASHED: {
    what: '작업을 마치기 전에 프로세스가 종료되었습니다: {{job, jobName}}.',
    meaning: '완료되지 않은 결과는 사용되지 않습니다. 완료된 백업에는 영향이 없습니다.',
    action: '다시 시도하십시오. 같은 일이 반복되면 오류 화면에서 세부 정보를 확인하십시오.',
  },
  IO_ERROR: {
    what: '{{path}} 읽기 또는 쓰기에 실패했습니다.',
    meaning: '작업이 중단되었으며 결과는 사용되지 않습니다. 디스크나 그 연결에 문제가 있을 수 있습니다.',
    action: '디스크나 네트워크 드라이브를 점검한 뒤 다시 시도하십시오.',
  },
  INVALID_INPUT: {
    what: '입력이 올바르지 않습니다: {{reason}}.',
    meaning: '수행된 작업은 없습니다. 데이터베이스와 백업에는 영향이 없습니다.',
    action: '입력을 고친 뒤 다시 시도하십시오.',
  },
  SETTING_INVALID: {
    what: '{{setting}} 설정에 사용할 수 없는 값입니다: {{reason}}.',
    meaning: '이 값은 사용되지 않습니다. 다른 설정에는 영향이 없습니다.',
    action: '설정에서 다른 값을 입력하십시오.',
  },
  CONTROL_UNREACHABLE: {
    what: '데이터 폴더를 사용 중인 Holdfast가 응답하지 않습니다.',
    meaning: '수행된 작업은 없습니다. 데이터베이스와 백업에는 영향이 없습니다.',
    action: '실행 중인지 확인하고, 종료한 뒤 다시 시작하여 명령을 다시 실행하십시오.',
  },
  CHECK_FOUND_PROBLEMS: {
    what: '{{name}} 검사에서 문제가 발견되었습니다.',
    meaning: '손상되었거나 서로 맞지 않거나 기준을 벗어난 항목이 있습니다. 검사로 변경된 내용은 없습니다.',
    action: '발견된 내용을 확인하십시오. 데이터가 손상되었다면 검증된 복원 지점으로 복원하십시오.',
  },
  NOT_AVAILABLE: {
    what: '여기에서는 사용할 수 없는 기능입니다.',
    meaning: '수행된 작업은 없습니다. 데이터베이스와 백업에는 영향이 없습니다.',
    action: '무엇이 필요한지 세부 정보에서 확인하십시오.',
  },
  INTERNAL: {
    what: 'Holdfast 내부에서 예기치 않은 오류가 발생했습니다.',
    meaning: '작업이 중단되었으며 결과는 사용되지 않습니다. 완료된 백업에는 영향이 없습니다.',
    action: '다시 시도하십시오. 반복되면 오류 화면의 세부 정보를 첨부하여 신고하십시오.',
  },
  ...copyErrors,
  ...diagnosisErrors,
  ...recoveryErrors,
  ...serviceErrors,
};
