/** Rail, header, palette and what every part shares. */

export const common = {
  cancel: '취소',
  close: '닫기',
  back: '뒤로',
  done: '완료',
  undo: '되돌리기',
  copy: '복사: {{what}}',
  copied: '복사했습니다',
  today: '오늘 {{time}}',
  yesterday: '어제 {{time}}',
};

export const tabs = {
  label: '메뉴',
  status: '상태',
  backups: '백업',
  errors: '오류',
  performance: '성능',
  settings: '설정',
  alerts_one: '살펴볼 중요한 경보 {{count}}건',
  alerts_other: '살펴볼 중요한 경보 {{count}}건',
  problems_one: '확인이 필요한 문제나 오류 {{count}}건',
  problems_other: '확인이 필요한 문제나 오류 {{count}}건',
};

export const severity = {
  ok: '이상 없음',
  busy: '작업 중',
  warning: '경고',
  critical: '심각',
};

export const palette = {
  open: '명령',
  placeholder: '이동할 곳이나 할 일을 입력하세요…',
  nothing: '해당하는 명령이 없습니다.',
  work: '작업',
  alerts: '경보',
  allAlerts: '모든 경보 보기',
  pause: '경보 알림 일시 중지: {{choice}}',
  resume: '경보 다시 알리기',
  resumeDetail: '{{time}}까지 경보를 알리지 않습니다',
  toSetting: '설정: {{section}}',
  go: '이동',
  appearance: '화면',
  goTo: '{{tab}} 탭으로 이동',
  backUp: '{{name}} 지금 백업',
  openFile: '백업 파일 열기…',
  openFileDetail: '파일을 식별하고 검증한 뒤 복원하면 무엇이 바뀌는지 보여 줍니다',
  importFile: '백업 파일 가져오기…',
  importFileDetail: '파일을 검증하고 복원 지점에 추가합니다',
  drill: '{{name}} 복원 훈련 실행',
};

export const guard = {
  button: '데이터베이스 보호…',
  guard: '보호',
  done: '{{name}} 보호를 시작했습니다.',
  doneDetail: '첫 백업을 바로 시작합니다. 검증을 마쳐야 백업으로 인정합니다.',
  nameTitle: '다른 이름 선택',
  nameTaken: '{{name}} 이름은 이미 다른 데이터베이스가 사용하고 있습니다.',
  name: '이름',
};

export const removal = {
  title: '{{name}} 보호를 중지할까요?',
  effect: '이 데이터베이스를 더 이상 백업하지 않습니다. 데이터베이스 자체는 건드리지 않습니다.',
  backupsStay_one: '백업 파일 {{count}}개는 백업 폴더에 그대로 남습니다.',
  backupsStay_other: '백업 파일 {{count}}개는 백업 폴더에 그대로 남습니다.',
  confirm: '보호 중지',
  done: '{{name}} 보호를 중지했습니다.',
};

export const job = {
  bytes: '{{total}} 중 {{done}}',
  speed: '초당 {{speed}}',
  left: '{{time}} 남음',
  more: '+{{count}}',
};
