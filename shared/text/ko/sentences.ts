/** The sentence of the header and the tray, notifications, tray menu and native dialogs, in Korean. */
import type { en } from '../en';
import type { Mirror } from '../mirror';

export const sentence: Mirror<typeof en.sentence> = {
  'no-databases': '아직 보호 중인 데이터베이스가 없습니다.',
  'all-protected_other': '모든 데이터베이스가 보호되고 있습니다({{count}}개).',
  working: '{{name}} 데이터베이스의 첫 백업을 진행하고 있습니다.',
  'no-proved-backup': '{{name}}: 검증된 백업이 아직 없습니다.',
  overdue: '{{name}}: {{hours, hours}} 동안 검증된 백업이 없습니다.',
  alert: '{{title}}',
  'own-problem': 'Holdfast: {{what}}',
  problem: '{{name}}: {{what}}',
};

export const notify: Mirror<typeof en.notify> = {
  'backup-failed': { title: '백업 실패: {{name}}', body: '{{what}}' },
  'backup-overdue': { title: '백업 지연: {{name}}', body: '{{hours, hours}} 동안 검증된 백업이 없습니다.' },
  'restore-ended': {
    title: '복원 완료: {{name}}',
    body: '데이터베이스를 복원하고 검증했습니다. 복원을 취소할 수 있습니다.',
    body_contentAt: '{{contentAt, moment}}의 내용으로 복원했습니다. 복원을 취소할 수 있습니다.',
  },
  'rows-restored': {
    title: '행 복원 완료: {{name}}',
    body: '{{tables}} 테이블의 행을 {{contentAt, moment}}의 내용으로 복원했습니다. 복원을 취소할 수 있습니다.',
  },
  'restore-failed': { title: '복원 실패: {{name}}', body: '{{what}}' },
  test: { title: '알림이 정상적으로 표시됩니다', body: 'Holdfast 알림은 이와 같이 표시됩니다.' },
};

export const tray: Mirror<typeof en.tray> = {
  tooltip: 'Holdfast: {{sentence}}',
  open: 'Holdfast 열기',
  'back-up-now': '지금 백업',
  'back-up-all': '모든 데이터베이스 백업',
  job: '{{subject}} {{job}} 진행 중: {{percent}}%',
  'job-phase': '{{subject}} {{job}} 진행 중: {{phase}}',
  cancel: '취소',
  'pause-alerts': '경보 일시 중지',
  'pause-minutes': '{{minutes}}분 동안',
  'pause-hours': '{{hours, hours}} 동안',
  'pause-tomorrow': '내일 09:00까지',
  'resume-alerts': '경보 다시 시작 ({{until, moment}}까지 일시 중지됨)',
  quit: '종료',
};

export const dialogs: Mirror<typeof en.dialogs> = {
  guard: { title: '보호할 SQLite 데이터베이스 선택', button: '보호' },
  'open-backup': { title: '백업 파일 또는 데이터베이스 파일 선택', button: '열기' },
  'save-copy': { title: '데이터베이스를 새 파일로 저장', button: '저장' },
  export: { title: '백업 파일 내보내기', button: '내보내기' },
  'save-table': { title: '수치를 표로 저장', button: '저장' },
  'save-picture': { title: '차트를 그림으로 저장', button: '저장' },
  log: { title: '로그 파일 선택', button: '선택' },
  'save-errors': { title: '오류를 파일로 저장', button: '저장' },
  'backup-folder': { title: '백업 폴더 선택', button: '선택' },
  filters: {
    databases: 'SQLite 데이터베이스',
    backups: '백업 및 SQLite 데이터베이스',
    'backup-files': 'Holdfast 백업',
    tables: '표 (CSV)',
    pictures: '그림 (PNG)',
    json: '파일 (JSON)',
    all: '모든 파일',
  },
  fatal: { title: 'Holdfast를 시작할 수 없습니다' },
  hang: {
    message: '창이 응답하지 않습니다',
    detail: '백업과 예약과 감시는 계속됩니다. 다시 불러오면 창에서 열려 있던 내용이 닫힙니다',
    wait: '기다리기',
    reload: '창 다시 불러오기',
  },
};
