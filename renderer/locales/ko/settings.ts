/** The Settings tab. */

export const settings = {
  search: '설정 검색',
  sections: '설정 항목',
  noneFound: '‘{{search}}’에 해당하는 설정이 없습니다.',
  changed: '변경됨: {{setting}}',
  takenBack: '변경을 되돌렸습니다.',
  scheduleChanged: '{{name}} 일정을 변경했습니다',
  cronOf: '크론 패턴, {{kind}}, {{name}}',
  cron: {
    off: '꺼짐',
    own: '직접 지정한 패턴(현지 시각)',
    day: '매일 {{time}}. 다음: {{next}}',
    week: '매주 {{weekday}} {{time}}. 다음: {{next}}',
    month: '매월 {{day}}일 {{time}}. 다음: {{next}}',
  },
  databases: {
    label: '데이터베이스',
    effect:
      '데이터베이스마다 일정을 따로 정합니다. 크론 다섯 필드이며 현지 시각 기준입니다. 놓친 시각은 한 번만 보충합니다.',
    schedules: '일정',
    remove: '보호 중지…',
  },
  defaultSchedules: {
    label: '새 데이터베이스의 일정',
    effect: '새로 보호하는 데이터베이스에 적용합니다. 이미 보호 중인 데이터베이스의 일정은 바뀌지 않습니다.',
    owner: '새 데이터베이스',
  },
  retention: {
    label: '보관',
    daily: '일간 백업',
    dailyEffect: '하루마다 검증된 가장 새로운 백업.',
    weekly: '주간 백업',
    weeklyEffect: '한 주마다 검증된 가장 새로운 백업.',
    monthly: '월간 백업',
    monthlyEffect: '한 달마다 검증된 가장 새로운 백업.',
    summary: '데이터베이스마다 {{daily}}일, {{weekly}}주, {{monthly}}개월에 대해 백업을 하나씩 보관합니다.',
    always:
      '직접 만든 백업과 마지막으로 검증된 백업은 항상 남깁니다. 검증되지 않은 백업이 검증된 백업을 밀어내지 않습니다.',
  },
  backupFolder: {
    label: '백업 폴더',
    current: '폴더',
    effect: '새 백업을 데이터베이스별 폴더로 나누어 여기에 저장합니다. 이전 폴더의 백업은 그대로 남습니다.',
    choose: '선택…',
  },
  notifications: {
    label: '알림',
    backupFailed: '백업 실패',
    backupFailedEffect: '백업을 만들거나 검증하지 못하면 알립니다.',
    backupOverdue: '백업 지연',
    backupOverdueEffect: '검증된 백업이 너무 오래 없으면 알립니다.',
    restoreEnded: '복원 종료',
    restoreEndedEffect: '창이 닫혀 있어도 복원이 어떻게 끝났는지 알립니다.',
    test: '시험',
    testEffect: '운영 체제 알림을 지금 표시합니다.',
    send: '시험 알림 보내기',
    sent: '시험 알림을 보냈습니다',
  },
  appearance: '화면',
  theme: {
    label: '테마',
    effect: '이 창의 색상입니다.',
    system: '시스템 설정에 맞춤',
    light: '밝게',
    dark: '어둡게',
  },
  language: {
    label: '언어',
    effect: '창, 트레이, 알림의 언어입니다.',
    system: '시스템 설정에 맞춤',
    en: 'English',
    ko: '한국어',
  },
  tray: '트레이와 시작',
  closeToTray: {
    label: '창을 닫아도 계속 실행',
    effect: '창을 닫아도 Holdfast가 트레이에 남아 일정을 이어 갑니다. 끄면 창을 닫을 때 종료합니다.',
  },
  launchAtLogin: {
    label: '로그인할 때 시작',
    effect: '로그인하면 Holdfast를 트레이에서 시작하여 예약된 백업을 놓치지 않습니다.',
  },
  about: '정보',
};

export const about = {
  version: 'Holdfast',
  electron: 'Electron',
  chrome: 'Chromium',
  node: 'Node.js',
  sqlite: 'SQLite',
  platform: '플랫폼',
  home: '데이터 폴더',
  all: '모든 버전',
};
