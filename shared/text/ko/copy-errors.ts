/** The words of the errors of chains, destinations, copies and drills, in Korean. */
import type { copyErrors as english } from '../en/copy-errors';
import type { Mirror } from '../mirror';

export const copyErrors: Mirror<typeof english> = {
  CHAIN_BROKEN: {
    what: '{{createdAt, moment}} 복원 지점에 필요한 이전 복원 지점이 없거나 손상되었습니다.',
    meaning: '이 위치에서는 복원할 수 없습니다. 다른 체인의 복원 지점과 데이터베이스에는 영향이 없습니다.',
    action: '지금 백업하면 새 체인이 시작됩니다. 다른 곳에 있는 이전 복원 지점의 사본은 온전할 수 있습니다.',
  },
  NOTHING_CHANGED: {
    what: '{{name}}: 가장 최근 복원 지점 이후 변경된 내용이 없습니다.',
    meaning: '그 복원 지점으로 모든 내용을 되돌릴 수 있으므로 새로 만들지 않았습니다.',
    action: '필요한 조치가 없습니다.',
  },
  DESTINATION_NOT_MOUNTED: {
    what: '“{{name}}” 대상에 Holdfast 표식이 없습니다: {{path}}.',
    meaning: '빈 폴더에는 아무것도 쓰지 않았습니다. 디스크나 공유 폴더가 돌아올 때까지 사본이 대기합니다.',
    action: '디스크를 연결하거나 공유 폴더를 마운트한 뒤 다시 시도하십시오.',
  },
  DESTINATION_UNUSABLE: {
    what: '“{{name}}” 대상을 사용할 수 없습니다: {{reason}}.',
    meaning: '사본은 대기하며 다시 시도합니다. 백업 폴더와 이미 있는 사본에는 영향이 없습니다.',
    action: '설정에서 주소, 네트워크, 권한을 확인하십시오.',
  },
  DESTINATION_FULL: {
    what: '대상 “{{name}}”의 공간이 가득 찼습니다.',
    meaning: '새 사본은 대기합니다. 이미 있는 사본에는 영향이 없습니다.',
    action: '공간을 확보하거나 이 대상에 보관할 복원 지점 수를 줄이십시오.',
  },
  CREDENTIALS_REFUSED: {
    what: '대상 “{{name}}”에서 사용자 이름, 키 또는 암호를 거부했습니다.',
    meaning: '사본은 대기합니다. 그곳에 쓰거나 삭제한 것은 없습니다.',
    action: '설정에서 유효한 사용자 이름, 키 또는 암호를 입력하고 만료 시점을 확인하십시오.',
  },
  HOST_KEY_CHANGED: {
    what: '“{{name}}” 서버의 키가 확인했던 키와 다릅니다: {{found}}.',
    meaning: '이 컴퓨터와 서버 사이에 누군가 있을 수 있습니다. 암호를 포함하여 아무것도 보내지 않았습니다.',
    action: '서버 관리자에게 확인하십시오. 변경이 공지된 경우에만 설정에서 새 키를 확인하십시오.',
  },
  COPY_FAILED: {
    what: '{{createdAt, moment}} 복원 지점을 “{{name}}” 대상에 복사하지 못했습니다: {{reason}}.',
    meaning: '백업 폴더에는 있습니다. 간격을 늘려 가며 다시 시도하고 중단된 곳부터 계속합니다.',
    action: '곧 해결되면 필요한 조치가 없습니다. 계속되면 설정에서 대상을 확인하십시오.',
  },
  COPY_DAMAGED: {
    what: '“{{name}}”의 사본이 복사한 내용과 다릅니다: {{path}}.',
    meaning: '그 사본은 복원할 수 없습니다. 백업 폴더에 파일이 있으면 다시 복사합니다.',
    action: '이 대상의 디스크나 서비스를 확인하십시오.',
  },
  COPY_MISSING: {
    what: '“{{name}}” 대상에 사본이 더 이상 없습니다: {{path}}.',
    meaning: '누군가 그곳에서 삭제했습니다. 백업 폴더에 파일이 있으면 다시 복사합니다.',
    action: '이 대상의 파일을 삭제할 수 있는 다른 사용자를 확인하십시오.',
  },
  PASSPHRASE_NEEDED: {
    what: '{{path}} 파일은 암호화되어 있습니다.',
    meaning: '암호 문구나 키 없이는 읽을 수 없습니다. 변경된 것은 없습니다.',
    action: '대상에 설정한 암호 문구를 입력하십시오.',
  },
  PASSPHRASE_WRONG: {
    what: '암호 문구나 키로 파일을 열 수 없습니다: {{path}}.',
    meaning: '읽거나 변경한 것이 없습니다.',
    action: '이 사본을 만들 때 사용하던 암호 문구를 입력하십시오.',
  },
  ENCRYPTED_FILE_DAMAGED: {
    what: '암호화된 파일이 손상되었습니다: {{path}}.',
    meaning: '암호화했던 내용과 다르므로 사용하지 않았습니다. 변경된 것은 없습니다.',
    action: '같은 복원 지점의 다른 사본을 사용하십시오.',
  },
  DRILL_FAILED: {
    what: '{{name}}: {{createdAt, moment}} 복원 지점의 복원 훈련에 실패했습니다.',
    meaning: '시도했을 때 그 복원 지점을 되돌릴 수 없었습니다. 데이터베이스는 건드리지 않았습니다.',
    action: '백업 탭에서 실패한 내용을 확인하고 지금 백업하십시오.',
  },
  DRILL_OVERDUE: {
    what: '{{name}}: {{days}}일 동안 복원 훈련이 없었습니다.',
    meaning: '그동안 복원 지점을 되돌릴 수 있는지 시험하지 않았습니다.',
    action: '백업 탭에서 복원 훈련을 실행하십시오.',
  },
};
