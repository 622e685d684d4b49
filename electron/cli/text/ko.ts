/** 명령의 한국어 문구. */
import type { en } from './en';

const commands = `holdfast [--home 폴더] [--json] <명령>

  db add <파일> [--name 이름]      데이터베이스 보호 시작
  db list                          보호 중인 데이터베이스와 보호 상태
  db remove <이름>                 보호 중단(백업은 그대로 남음)
  backup <이름> [--kind 종류]      지금 백업. 종류: manual, incremental (변경된 페이지),
                                   daily, weekly, monthly
  backups [<이름>]                 복원 지점, 최신순
  verify <ID|파일>                 백업 하나를 검증
  restore <이름>                   가장 최근에 검증된 복원 지점으로 복원(안전 백업 제외)
      --from ID|파일               지정한 복원 지점이나 백업 파일로 복원
      --at ISO시각                 이 시각으로 복원: 그 이전의 마지막 트랜잭션 또는 복원 지점
      --to 파일                    데이터베이스는 두고 새 파일로 저장
      --tables A,B                 지정한 테이블의 행만 한꺼번에 복원하고 나머지는 그대로 둠
      --dry-run                    무엇이 바뀌는지만 표시
  drill <이름>                     가장 최근에 검증된 복원 지점을 임시 폴더에 풀어 전체를 검증
  check <이름|파일>                무결성, 참조, 보호 중인 데이터베이스의 업무 규칙 검사
      --fix                        … 안전하게 고칠 수 있는 것을 새 백업을 만든 뒤 복구
  retention <이름> [--dry-run]     무엇을 왜 보관하고 무엇을 지우는지
  catalog rebuild                  백업 폴더에서 목록을 다시 만듦
  destination list                 복사본을 보내는 곳: 폴더, S3, SSH 서버
  destination add <파일.json>      보낼 곳을 시험한 뒤 등록. 파일에는 설정과 같은 "config" 가 있어야 함
  destination remove <이름>        보낼 곳을 등록 해제(그곳의 복사본은 남음)
  destination scan <이름>          그곳에 있는 복원 지점을 목록에 추가
  destination copy <이름>          기다리는 복사본을 지금 보내고 끝날 때까지 기다림
  health                           GET /health 와 같은 문서
  serve [--port 번호]              창 없이 예약, 모니터링, 상태 확인 주소를 실행(포트 47600)
  help, --version

--home 또는 HOLDFAST_HOME 은 데이터 폴더입니다. 지정하지 않으면 창과 같은 폴더를 사용합니다.
보낼 곳의 비밀 값은 HOLDFAST_SECRET_ACCESS_KEY, HOLDFAST_PASSWORD, HOLDFAST_PRIVATE_KEY_FILE,
HOLDFAST_PASSPHRASE, HOLDFAST_IDENTITY 또는 파일의 "secrets" 에서 읽습니다.
암호화된 파일의 암호 문구는 HOLDFAST_PASSPHRASE 에서 읽거나 터미널에서 묻습니다.
--json 은 표준 출력에 JSON 문서를 정확히 하나 씁니다.
종료 코드: 0 완료, 1 실패, 2 잘못된 명령줄, 3 검사에서 문제 발견.
`;

export const ko: typeof en = {
  help: commands,
  usage: {
    noCommand: () => '명령이 없습니다.',
    unknownCommand: (name) => `"${name}" 명령은 없습니다.`,
    incomplete: (name, known) => `"${name}" 명령이 완전하지 않습니다. 가능한 명령: ${known}.`,
    unknownOption: (option) => `${option} 옵션은 없습니다.`,
    optionValue: (option) => `${option} 옵션에 값이 없거나 받을 수 없는 값입니다.`,
    emptyOption: (option) => `--${option} 옵션의 값이 비어 있습니다.`,
    optionElsewhere: (option, name) => `${name} 명령에는 --${option} 옵션이 없습니다.`,
    missingOperand: (name, operand) => `${name} 명령에는 ${operand} 값이 필요합니다.`,
    extraOperand: (name, operand) => `${name} 명령은 "${operand}" 값을 받지 않습니다.`,
    notOneOf: (option, value, known) => `--${option} 값으로 "${value}"은(는) 쓸 수 없습니다. 가능한 값: ${known}.`,
    notTogether: (left, right) => `--${left} 옵션과 --${right} 옵션은 함께 쓸 수 없습니다.`,
    notATime: (value) => `"${value}"은(는) ISO 8601 시각이 아닙니다. 예: 2026-03-01T14:30:00+09:00.`,
    notAPort: (value) => `"${value}"은(는) 0에서 65535 사이의 포트가 아닙니다.`,
  },
  usageAction: '"holdfast help"로 명령과 옵션을 확인하세요.',
  notAvailableMeaning: '아무 작업도 하지 않았습니다.',
  portTaken: (port) => `다른 프로그램이 이 컴퓨터의 ${port} 포트를 이미 사용하고 있습니다.`,
  portForbidden: (port) => `이 사용자는 ${port} 포트를 사용할 수 없습니다.`,
  portMeaning: 'Holdfast가 시작되지 않았습니다. 보호 중인 데이터베이스와 백업은 영향을 받지 않습니다.',
  portAction: '--port로 다른 포트를 지정하세요. 0을 지정하면 비어 있는 포트를 사용합니다.',
  details: '자세한 정보',
  ended: '취소하고 있습니다. 바로 끝내려면 Ctrl-C를 한 번 더 누르세요.',
  column: {
    name: '이름',
    protection: '보호 상태',
    lastProved: '최근 검증',
    next: '다음 백업',
    points: '복원 지점',
    stored: '저장 크기',
    path: '경로',
    created: '시각',
    database: '데이터베이스',
    kind: '종류',
    size: '파일 크기',
    content: '내용 크기',
    proof: '검증',
    id: 'ID',
    keep: '보관',
    why: '이유',
    table: '테이블',
    now: '현재 행 수',
    then: '복원 후 행 수',
    component: '구성 요소',
    state: '상태',
    value: '값',
    inserts: '되살림',
    updates: '되돌림',
    removes: '삭제',
    same: '같음',
    copies: '복사본',
    waiting: '대기',
    failed: '실패',
    lastUsed: '마지막 사용',
  },
  never: '없음',
  none: '—',
  added: (name, path) => `${name} 보호를 시작했습니다: ${path}`,
  addedNext: (name) => `첫 백업 만들기: holdfast backup ${name}`,
  removed: (name) => `${name} 보호를 중단했습니다. 백업은 그대로 남아 있습니다.`,
  noDatabases: '보호 중인 데이터베이스가 없습니다. 추가하기: holdfast db add <파일>',
  noBackups: '아직 복원 지점이 없습니다.',
  backedUp: (name, file, content, time) => `${name} 백업 완료: ${content}, 압축 후 ${file}, 검증됨, ${time} 걸림.`,
  storedChanges: (name, pages, file, time) =>
    `${name} 백업을 마쳤습니다: 변경된 페이지 ${pages}개, 압축 후 ${file}, 검증됨, ${time}.`,
  unchanged: (name, moment) => `${name}: ${moment} 복원 지점 이후 변경된 내용이 없어 새로 만들지 않았습니다.`,
  verified: (file) => `검증됨: ${file}`,
  notVerified: (file) => `검증되지 않음: ${file}`,
  compared: (tables, same, changed, gone) =>
    `테이블: ${tables}. 현재와 같음: ${same}, 이후 변경됨: ${changed}, 더 이상 없음: ${gone}.`,
  drilledToo: (moment) => `이전 복원 지점(${moment})도 되돌려졌습니다.`,
  drilled: (name, moment) => `${name}: ${moment} 복원 지점을 임시 폴더에 풀어 열고 전체를 검증했습니다.`,
  notDrilled: (name, moment) => `${name}: ${moment} 복원 지점을 검증하지 못했습니다.`,
  sound: (name) => `${name}: 문제가 발견되지 않았습니다.`,
  unsound: (name) => `${name}: 문제가 발견되었습니다.`,
  rule: (name) => `규칙 “${name}”`,
  ruleBroken: (rows) => `어긋나는 행 ${rows}개`,
  ruleNotAsked: '확인하지 못했습니다',
  repaired: '복구하고 다시 검사했습니다:',
  repairStep: (kind, subject) =>
    ({
      reindex: `인덱스 ${subject}: 다시 만들었습니다.`,
      'fts-rebuild': `전문 검색 인덱스 ${subject}: 다시 만들었습니다.`,
      sequence: `${subject} 테이블의 자동 증가 번호를 올렸습니다.`,
      'rule-fix': `규칙 “${subject}”: 어긋나는 행을 고쳤습니다.`,
    })[kind] ?? `${kind} ${subject}`,
  repairUndo: '복구 전 내용은 안전 백업으로 보관됩니다. 되돌리려면 그 백업을 복원하십시오.',
  repairRefused: (reason) => `복구하지 않았으며 데이터베이스는 그대로입니다: ${reason}.`,
  proposeRestore: (id) => `검증된 최신 복원 지점으로 돌아가려면 restore 명령에 --from ${id} 옵션을 사용하십시오.`,
  proposeNoPoint: '돌아갈 수 있는 검증된 복원 지점이 없습니다.',
  proposeSalvage: '읽을 수 있는 내용은 새 파일로 구해 낼 수 있습니다. 창의 백업 화면을 여십시오.',
  proposeOrphans: (count) => `부모가 없는 행 ${count}개는 그대로 두었습니다.`,
  restored: (name, moment) => `${name}을(를) ${moment} 상태로 복원하고 검증했습니다.`,
  restoreUndo: '복원 전 내용은 안전 백업으로 보관됩니다. 되돌리려면 그 백업을 복원하세요.',
  savedCopy: (name, moment, file) => `${name}의 ${moment} 내용을 ${file} 파일로 저장했습니다.`,
  rowsRestored: (tables, name, moment) =>
    `${name} 데이터베이스의 행을 ${moment} 상태로 복원하고 검증했습니다. 테이블: ${tables}.`,
  rowsPreview: (name, moment) => `${name} 데이터베이스의 행을 ${moment} 상태로 복원하면 다음이 바뀝니다:`,
  rowsMore: (count) => `… 그 밖의 행 ${count}개`,
  rowsObstacle: {
    'not-in-backup': '당시에 없던 테이블입니다',
    'virtual-table': '가상 테이블이어서 행을 모듈이 관리합니다',
    'shadow-table': '가상 테이블에 딸린 테이블입니다',
    view: '뷰입니다',
    'no-key': '행을 구별할 키가 없습니다',
    'key-differs': '현재 키와 당시 키가 다릅니다',
    'column-missing-module': '여기의 SQLite에 없는 기능이 필요합니다',
    'schema-needs-double-quoted-strings': '스키마에 큰따옴표로 쓴 문자열이 있습니다',
    'schema-unreadable': '스키마를 읽을 수 없습니다',
    'required-column-not-in-backup': '값이 꼭 있어야 하는 열이 당시에는 없었습니다',
  },
  rowsImpossible: (table, why) => `${table}: 행 단위로 복원할 수 없습니다: ${why}`,
  rowsBroken: (table, row, parent) => `${table}, 행 ${row}: ${parent} 테이블에 가리킬 행이 없게 됩니다`,
  rowsRefused: '이 복원은 거부됩니다. 가리키는 테이블도 함께 지정하십시오.',
  readFrom: (file) => `${file} 파일에서 읽었습니다.`,
  decryptedFrom: (file) => `${file} 파일을 복호화하여 읽었습니다.`,
  preview: (name, moment) => `${name}을(를) ${moment} 상태로 복원하면 다음이 바뀝니다:`,
  noChanges: '행 수가 달라지는 테이블이 없습니다.',
  schemaChanged: '구조가 다름',
  change: { added: '추가됨', removed: '없어짐', changed: '바뀜' },
  nothingRestored: '미리 보기이므로 아무것도 복원하지 않았습니다.',
  keeps: '보관',
  goes: '삭제',
  retentionDone: (kept, gone) => `${kept}개 보관, ${gone}개 삭제했습니다.`,
  retentionDry: (kept, gone) => `${kept}개 보관, ${gone}개 삭제 예정입니다.`,
  rebuilt: (found, added, missing) =>
    `백업 폴더에 백업이 ${found}개 있습니다. 목록에 새로 추가된 백업 ${added}개, 파일이 없는 항목 ${missing}개.`,
  rebuiltProofs: (proved, failed) => `${proved}개 검증됨, ${failed}개 실패.`,
  damagedFile: (file) => `파일의 끝이 손상되었거나 없어 그대로 둠: ${file}`,
  unlisted: (count) => `목록에 싣지 않은 이런 파일: ${count}개.`,
  foreign: (file) => `Holdfast 백업이 아니므로 그대로 두었습니다: ${file}`,
  noDestinations: '복사본을 보내는 곳이 아직 없습니다. 추가: holdfast destination add <파일.json>',
  destinationState: { unknown: '아직 사용 안 함', usable: '사용 가능', failing: '실패 중', disabled: '꺼짐' },
  destinationAdded: (name, free) => `${name}: 처음부터 끝까지 시험한 뒤 등록했습니다. 그곳의 남은 공간: ${free}.`,
  destinationHas: (count, name) =>
    `그곳에 복사본 ${count}개가 있습니다. 복원 지점을 목록에 추가하려면: holdfast destination scan ${name}`,
  destinationNext: (name) => `지금 복사하려면: holdfast destination copy ${name}`,
  destinationRemoved: (name) => `${name}: 더 이상 사용하지 않습니다. 그곳의 복사본은 남아 있습니다.`,
  scanned: (found, added) => `복사본 ${found}개를 찾았고, 그중 복원 지점 ${added}개는 목록에 없던 것입니다.`,
  scanForeign: (file, why) => `그대로 두었습니다(${why}): ${file}`,
  foreignWhy: {
    foreign: 'Holdfast 복사본이 아님',
    damaged: '손상됨',
    'not-opened': '저장된 암호 문구나 키로 열리지 않음',
  },
  copiedAll: (name, verified, total, bytes) =>
    `${name}: 보낼 것을 모두 보냈습니다. 복사본 ${total}개 중 ${verified}개를 그곳에서 비교했습니다(${bytes}).`,
  healthStatus: { pass: '정상', warn: '경고', fail: '실패' },
  outcome: { ok: '정상', warning: '경고', failed: '실패' },
  serving: (address) => `Holdfast가 보호하고 있습니다. 상태: ${address}/health (토큰: 데이터 폴더의 health.token)`,
  stopping: '진행 중인 작업을 끝내고 있습니다.',
  safeMode: (crashes, detail) =>
    `holdfast: 몇 분 안에 ${crashes}번 비정상 종료되어 안전 모드로 실행 중입니다. 백업과 감시가 멈춰 있습니다.${detail === '' ? '' : ` 마지막 원인: ${detail}`}\n10분 뒤에 서비스를 다시 시작하거나 창에서 안전 모드를 끝내십시오.`,
  passphraseOf: (file) => `${file} 암호 문구: `,
  progressOf: (done, total) => `${total} 중 ${done}`,
  perSecond: (rate) => `${rate}/초`,
  left: (time) => `${time} 남음`,
};
