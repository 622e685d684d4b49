/** Dropping a file and the three steps of a restore. */

export const drop = {
  title: '놓으면 이 파일을 식별하고 검증합니다',
  detail: '확인하기 전에는 아무것도 바뀌지 않습니다.',
  noPath: '{{name}} 항목은 디스크에 있는 파일이 아닙니다.',
  noPathDetail: '먼저 파일로 저장한 다음 그 파일을 놓으세요. 읽거나 바꾼 것은 없습니다.',
  onlyOne: '한 번에 한 파일만 받습니다: {{name}}',
  onlyOneDetail_one: '다른 파일 {{count}}개는 건드리지 않았습니다.',
  onlyOneDetail_other: '다른 파일 {{count}}개는 건드리지 않았습니다.',
};

export const inspect = {
  running: '파일을 식별하고 검증하는 중',
  nothingChanged: '아무것도 바뀌지 않습니다. 이 패널을 닫으면 검사를 멈춥니다.',
  file: '파일',
  format: '형식',
  formats: {
    'holdfast-backup': 'Holdfast 백업',
    'holdfast-changes': 'Holdfast 변경분 백업(체인 포함)',
    'gzip-sqlite': '압축된 SQLite 데이터베이스(gzip)',
    sqlite: 'SQLite 데이터베이스',
  },
  contentFrom: '내용 시점',
  fileTime: '파일 시각 기준',
  size: '크기',
  sizes: '저장 {{file}}, 내용 {{content}}',
  proved: '검증됨: 모든 검사를 통과했습니다.',
  provedWithWarning: '사본은 원본과 같지만, 그 안의 데이터베이스에 결함이 있습니다.',
  notProved: '검증 실패: 통과하지 못한 검사가 있습니다.',
};

export const restore = {
  title: '복원',
  step: { what: '대상', preview: '미리 보기', run: '복원' },
  target: '복원할 데이터베이스',
  noTarget: '보호 중인 데이터베이스가 없습니다. 내용을 새 파일로 저장할 수 있습니다.',
  noCandidate: '이 파일과 맞는 보호 중인 데이터베이스가 없습니다. 하나를 고르거나 내용을 새 파일로 저장하세요.',
  why: {
    own: '이 데이터베이스의 백업',
    manifest: '백업에 기록된 데이터베이스',
    'application-id': '애플리케이션 번호가 같음',
    schema: '테이블이 같음',
    name: '파일 이름이 같음',
    other: '다른 데이터베이스',
  },
  saveCopy: '사본 저장…',
  guardThis: '이 데이터베이스 보호',
  next: '변경 내용 미리 보기',
  copySaved: '사본을 저장했습니다',
  undone: '{{name}} 데이터베이스가 복원 전 상태로 돌아왔습니다.',
  doneToast: '{{name}} 복원과 검증을 마쳤습니다.',
  endedToast: '{{name}} 복원이 끝났습니다.',
};

export const preview = {
  heading: '{{name}}, {{time}} 시점',
  age: '최근 {{age}} 동안 {{name}} 데이터베이스에 기록된 내용이 대체됩니다.',
  loading: '비교하는 중',
  table: '테이블',
  rowsNow: '현재 행',
  rowsThen: '복원 후 행',
  difference: '차이',
  schemaChanged: '스키마 다름',
  sameCount: '행 수 같음',
  added: '다시 생김',
  removed: '없어짐',
  size: '크기: 현재 {{now}}, 복원 후 {{then}}.',
  sizeThen: '크기: 복원 후 {{then}}.',
  otherSchema: '달라지는 인덱스, 트리거, 뷰',
  change: {
    added: '{{type}} {{name}}: 다시 생김',
    removed: '{{type}} {{name}}: 없어짐',
    changed: '{{type}} {{name}}: 바뀜',
  },
  whatHappens: '진행 순서',
  safety: '{{name}} 데이터베이스의 현재 상태를 안전 백업으로 만들고 검증합니다.',
  verify: '내용을 복원하고 검증합니다. 하나라도 실패하면 {{name}} 데이터베이스를 원래대로 돌려놓습니다.',
  undo: '안전 백업으로 복원을 되돌릴 수 있습니다.',
  confirm: '{{name}} 복원',
};

export const run = {
  goesOn: '이 패널을 닫아도 됩니다. 복원은 계속되며 끝나면 알려 드립니다.',
  close: '닫고 뒤에서 계속',
  done: '{{name}} 데이터베이스를 {{time}} 시점으로 복원했습니다.',
  verified: '복원한 내용을 검증했습니다.',
  undoKept: '이전 내용은 안전 백업으로 보관합니다.',
  undo: '복원 되돌리기',
  undoneDetail: '안전 백업을 되돌려 놓고 검증했습니다.',
  openBackups: '백업 열기',
};
