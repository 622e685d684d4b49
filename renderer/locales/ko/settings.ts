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
    interval: '{{minutes}}분마다. 다음: {{next}}',
    hour: '매시 정각. 다음: {{next}}',
    day: '매일 {{time}}. 다음: {{next}}',
    week: '매주 {{weekday}} {{time}}. 다음: {{next}}',
    month: '매월 {{day}}일 {{time}}. 다음: {{next}}',
  },
  interval: {
    label: '주기: {{pattern}}',
    minutes: '{{minutes}}분마다',
    hour: '1시간마다',
    own: '직접 지정',
    effect:
      '변경된 페이지만 저장하고, 변경이 없으면 아무것도 저장하지 않습니다. 이런 복원 지점이 7개 이어지면 다음은 전체 백업입니다.',
  },
  changesOnly: {
    label: '변경 내용만 저장',
    labelOf: '매일 백업에서 변경 내용만 저장: {{name}}',
    effect:
      '파일이 작아지는 대신 체인의 이전 파일이 모두 필요합니다. 7개가 이어지면 전체 백업을 합니다. 대략 한 주에 한 번입니다.',
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
    incremental: '간격 복원 지점',
    incrementalEffect:
      '날짜와 상관없이 가장 새로운 것부터 남깁니다. 15분 간격이면 96개로 적어도 하루 전까지 거슬러 갑니다.',
    daily: '일간 백업',
    dailyEffect: '하루마다 검증된 가장 새로운 백업.',
    weekly: '주간 백업',
    weeklyEffect: '한 주마다 검증된 가장 새로운 백업.',
    monthly: '월간 백업',
    monthlyEffect: '한 달마다 검증된 가장 새로운 백업.',
    summary:
      '데이터베이스마다 가장 새로운 간격 복원 지점 {{incremental}}개와, {{daily}}일, {{weekly}}주, {{monthly}}개월에 대해 백업을 하나씩 보관합니다.',
    always:
      '직접 만든 백업과 마지막으로 검증된 백업은 항상 남깁니다. 검증되지 않은 백업이 검증된 백업을 밀어내지 않으며, 이후 복원 지점의 기반이 되는 백업도 함께 남깁니다.',
  },
  drills: {
    label: '복원 훈련',
    effect:
      '데이터베이스마다 가장 새로운 복원 지점과 더 오래된 것 하나를 임시 폴더에 복원하여 검사하고, 데이터베이스와 테이블별로 비교합니다. 데이터베이스 자체는 건드리지 않습니다.',
    enable: '훈련 실행',
    cron: '복원 훈련의 크론 패턴',
    offEffect: '끄면 복원이 되는지 여부를 정작 필요한 날에야 알게 됩니다.',
  },
  continuous: {
    label: '연속 보호',
    effect:
      'WAL 모드 데이터베이스의 모든 트랜잭션을 이 시간 동안 보관하며, 그 안의 어느 시점으로든 되돌릴 수 있습니다. 데이터베이스마다 백업에서 켤 수 있습니다.',
    hours: '보관 시간',
  },
  errors: {
    label: '오류',
    effect: '실패해도 되는 작업의 비율과 오류를 보관하는 기간입니다.',
    objective: '실패해도 되는 작업의 비율(퍼센트)',
    objectiveEffect:
      '한 달 동안의 백업, 복원, 복원 훈련, 복사, 검사가 대상입니다. 오류 탭에 얼마나 소진되었는지 표시됩니다.',
    keep: '오류 보관 일수',
    keepEffect: '이 기간 동안 다시 발생하지 않은 그룹은 이벤트와 함께 삭제됩니다.',
  },
  logs: {
    label: '로그',
    effect: '수집한 로그를 검색할 수 있는 기간과 프로그램이 기록하는 내용입니다.',
    keep: '검색할 수 있는 일수',
    keepEffect: '더 오래된 항목은 색인에서 삭제됩니다. 로그 파일 자체는 변경되지 않습니다.',
    limit: '색인의 최대 크기(메가바이트)',
    limitEffect: '수집하는 모든 로그의 합계입니다. 한도에 도달하면 가장 오래된 항목부터 색인에서 삭제됩니다.',
    ownLevel: '자체 로그의 최소 수준',
    ownLevelEffect:
      '데이터 폴더에 10메가바이트 파일 10개까지 기록하며 암호와 키는 기록하지 않습니다. ‘디버그’를 선택하면 기록이 크게 늘어납니다.',
  },
  integrityChecks: {
    label: '무결성 검사',
    effect:
      '애플리케이션의 쓰기를 막지 않고 별도 프로세스에서 운영 데이터베이스를 검사합니다. 매일 밤에는 빠르게, 매주 한 번은 전체를 검사합니다.',
    quick: '빠른 검사',
    quickEffect: '모든 페이지의 구조와 모든 참조를 확인합니다.',
    full: '전체 검사',
    fullEffect: '모든 인덱스를 테이블과 비교하는 검사도 합니다.',
    quickCron: '빠른 검사의 cron 표현식',
    fullCron: '전체 검사의 cron 표현식',
    offEffect: '운영 데이터베이스의 손상은 다음 백업 때 발견됩니다.',
  },
  pauseOnBattery: {
    label: '배터리 사용 중 일시 중지',
    effect:
      '예약된 백업, 사본, 복원 훈련을 전원이 연결될 때까지 미루었다가 보충합니다. 직접 시작한 백업은 그대로 진행합니다.',
  },
  backupFolder: {
    label: '백업 폴더',
    current: '폴더',
    effect: '새 백업을 데이터베이스별 폴더로 나누어 여기에 저장합니다. 이전 폴더의 백업은 그대로 남습니다.',
    choose: '선택…',
  },
  notifications: {
    label: '백업과 복원',
    backupFailed: '백업 실패',
    backupFailedEffect: '백업을 만들거나 검증하지 못하면 알립니다.',
    backupOverdue: '백업 지연',
    backupOverdueEffect: '검증된 백업이 너무 오래 없으면 알립니다.',
    restoreEnded: '복원 종료',
    restoreEndedEffect: '창이 닫혀 있어도 복원이 어떻게 끝났는지 알립니다.',
  },
  quiet: '방해 금지 시간과 일시 중지',
  quietHours: {
    label: '방해 금지 시간',
    on: '매일 {{from}}부터 {{to}}까지 심각한 경보만 알립니다. 나머지는 {{to}}에 한 번에 모아 알립니다.',
    off: '하루 중 언제든 경보를 알립니다.',
    same: '시작과 끝이 같은 시각입니다. 서로 다른 시각을 선택하세요.',
    from: '시작',
    to: '끝',
    times: '시작과 끝',
    timesEffect: '현지 시각이며 자정을 넘겨도 됩니다.',
  },
  digestAt: {
    label: '일일 요약',
    effect: '{{time}}에 아직 열려 있는 보통 심각도의 경보를 한 메시지로 모아 보냅니다. 없는 날에는 보내지 않습니다.',
  },
  pause: {
    label: '지금 경보 알림 일시 중지',
    effect: '한동안 심각한 것을 포함해 어떤 경보도 알리지 않습니다. 시간이 지나면 저절로 풀립니다.',
    effectPaused: '{{time}}까지 경보를 알리지 않습니다.',
    button: '일시 중지',
  },
  endpoint: {
    label: '로컬 엔드포인트',
    effect:
      '이 컴퓨터의 다른 프로그램이 상태와 측정값을 조회하고, 응용 프로그램이 측정값을 보낼 수 있습니다. 루프백 주소에서만 받으므로 컴퓨터 밖에서는 접근할 수 없습니다.',
    enable: '수신',
    enableEffect: '/livez, /readyz, /health, /metrics를 제공합니다.',
    port: '포트',
    portEffect: '1024에서 65535 사이.',
    state: '상태',
    listening: '{{address}}에서 수신 중',
    off: '꺼짐',
    starting: '아직 수신하지 않음',
    tokenFile: '토큰 파일',
    tokenEffect: '/livez를 제외한 모든 요청에 이 파일의 토큰이 필요합니다. 본인만 읽을 수 있습니다.',
    health: '상태 조회',
    prometheus: 'Prometheus의 scrape_configs',
    command: '명령',
    configuration: '설정',
    path: '경로',
    address: '주소',
  },
  deadMan: {
    label: '데드맨 스위치',
    effect:
      '이 컴퓨터 자체가 멈추면 누가 알려 줄까요? Holdfast는 작동하는 동안 이 주소에 주기적으로 요청합니다. 요청이 끊기면 그 뒤의 서비스(예: Healthchecks)가 알립니다.',
    url: '주소',
    urlEffect: '비워 두면 요청하지 않습니다.',
    urlRefused: 'https:// 또는 http://로 시작하고 사용자와 비밀번호가 없는 주소를 입력하세요.',
    interval: '주기',
    intervalEffect: '서비스의 유예 시간은 이 값의 두 배 이상으로 정하세요.',
    minutes: '분',
    state: '상태',
    off: '꺼짐: 이 컴퓨터가 멈춰도 아무도 모릅니다',
    on: '{{interval}}마다 요청 중이며 실패가 없습니다',
  },
  power: '전원',
  measurements: '측정',
  gpuMetrics: {
    label: '그래픽 프로세서',
    effect: '그래픽 프로세서의 부하, 메모리, 온도를 측정합니다. 배터리 사용 중에 절전을 방해하면 끄세요.',
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
