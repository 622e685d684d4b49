/** The Status tab. */

export const status = {
  databases: '데이터베이스',
  many_one: '데이터베이스 {{count}}개',
  many_other: '데이터베이스 {{count}}개',
  database: '데이터베이스',
  state: '상태',
  sample: '예제',
  none: '보호 중인 데이터베이스가 없습니다.',
  noneDetail: '보호하는 데이터베이스는 일정에 따라 백업하며, 모든 백업은 검증을 마쳐야 인정합니다.',
  couldLose: '오늘 데이터를 잃을 수 있나요?',
  atMost: '최대 {{time}}',
  changesSince: '{{time}} 이후의 변경은 아직 백업되지 않았습니다.',
  changesLastMinute: '최근 1분 동안의 변경은 아직 백업되지 않았습니다.',
  grows: '예정된 백업이 없어 계속 늘어납니다.',
  everything: '전체',
  noProvedBackup: '검증된 백업이 아직 없습니다.',
  proofFolder: '마지막 복원 검증: {{time}}, 백업 폴더',
  proofCopy: '마지막 복원 검증: {{time}}, {{name}}의 사본',
  noProof: '복원을 검증한 적이 아직 없습니다.',
  lastBackup: '마지막 백업',
  nextBackup: '다음 백업',
  noSchedule: '일정 없음',
  restorePoints: '복원 지점',
  liveSize: '현재 크기',
  storedSize: '저장된 크기',
  never: '없음',
  unseen: '확인 불가',
  backUpNow: '지금 백업',
  openPoints: '복원 지점',
  busy: '{{name}} 작업이 진행 중입니다.',
};

/** Three copies on two media, one of them offsite. */
export const rule = {
  title: '사본',
  about: '두 매체에 사본 세 개, 그중 하나는 다른 장소',
  copies_one: '사본 {{count}}개',
  copies_other: '사본 {{count}}개',
  media_one: '매체 {{count}}개',
  media_other: '매체 {{count}}개',
  offsite_one: '다른 장소 {{count}}곳',
  offsite_other: '다른 장소 {{count}}곳',
  met: '충족',
  unmet: '부족',
  live: '데이터베이스 자체',
  folder: '백업 폴더',
  points_one: '{{name}}: 복원 지점 {{count}}개',
  points_other: '{{name}}: 복원 지점 {{count}}개',
  empty: '{{name}}: 검증된 것이 아직 없음',
  missing: {
    offsite: '다른 장소에 사본이 없어 화재나 도난이 생기면 모두 잃습니다.',
    medium: '모두 한 매체에 있어 그 매체가 고장 나면 함께 잃습니다.',
    copy: '세 번째 사본이 없습니다.',
  },
  notYet: '{{names}}: 확인된 사본이 아직 없습니다.',
  behind_one: '복원 지점 {{count}}개가 {{name}}에 복사되기를 기다리고 있습니다.',
  behind_other: '복원 지점 {{count}}개가 {{name}}에 복사되기를 기다리고 있습니다.',
  add: '대상 추가',
  show: '대상 보기',
};

export const days = {
  from_one: '{{count}}일',
  from_other: '{{count}}일',
  today: '오늘',
  summary: '{{total}}일 중 검증된 백업이 있는 날 {{proved}}일, 실패 {{failed}}일',
  proved_one: '백업 {{count}}건, 검증됨',
  proved_other: '백업 {{count}}건, 검증됨',
  failed_one: '백업 {{count}}건, 실패',
  failed_other: '백업 {{count}}건, 검증된 것 없음',
  none_one: '백업 없음',
  none_other: '백업 없음',
};

export const firstRun = {
  title: 'Holdfast는 SQLite 데이터베이스를 언제든 복구할 수 있게 지킵니다',
  subtitle: '보호할 데이터베이스를 선택하세요. 사용 중인 프로그램은 멈추지 않아도 됩니다.',
  backUp: '다른 프로그램이 쓰는 중에도 매일, 매주, 매월 일정에 따라 백업합니다.',
  prove: '모든 백업은 압축을 풀고, 열고, 검사해서 검증한 뒤에야 인정합니다.',
  restore: '세 단계로 복원합니다. 바뀌는 내용을 먼저 보여 주고, 되돌릴 수 있습니다.',
  sample: '예제 데이터베이스로 시작',
  drop: '이미 백업 파일이 있다면 이 창 아무 곳에나 놓으세요. 파일을 식별하고 검증합니다.',
};

export const health = {
  title: '상태 점검',
  none: '아직 점검하지 않았습니다.',
  pass: '정상',
  warn: '주의 필요',
  fail: '이상',
  open: '열기: {{title}}',
};

export const now = {
  title: '진행 중인 작업과 다음 작업',
  running: '진행 중',
  nothing: '진행 중인 작업이 없습니다.',
  next: '다음',
  noneNext: '예정된 작업이 없습니다.',
  waiting_one: '{{count}}건이 차례를 기다리고 있습니다.',
  waiting_other: '{{count}}건이 차례를 기다리고 있습니다.',
};

export const restores = {
  title: '최근 복원',
  undo: '되돌리기…',
  undone: '되돌림',
  undoTitle: '{{name}} 복원을 되돌릴까요?',
  undoEffect: '{{name}} 데이터베이스를 복원 직전 상태로 되돌립니다. 그 뒤에 기록된 내용은 대체됩니다.',
  undoSafety: '먼저 현재 상태의 안전 백업을 만듭니다.',
  undoConfirm: '복원 되돌리기',
};
