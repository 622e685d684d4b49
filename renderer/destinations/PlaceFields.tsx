import { Button, Switch, TextInput } from '@mantine/core';
import { call } from '@/api';
import { usePending } from '@/components/usePending';
import { useTexts } from '@/i18n';
import { attempt } from '@/notify';
import forms from '@/tabs/performance/forms/forms.module.css';
import classes from './destinations.module.css';
import { pathStyleOf } from './draft';
import { BELOW, type FieldProps } from './fields';
import { SecretField } from './SecretField';
import { SftpFields } from './SftpFields';

/** Where the destination is, and how to get in. */
export function PlaceFields(props: FieldProps) {
  switch (props.draft.kind) {
    case 'folder':
      return <FolderFields {...props} />;
    case 's3':
      return <S3Fields {...props} />;
    case 'sftp':
      return <SftpFields {...props} />;
  }
}

function FolderFields({ draft, change, fault }: FieldProps) {
  const { t } = useTexts();
  const [choose, choosing] = usePending(async () => {
    const chosen = await attempt(() => call('settings:choose-folder'));
    if (chosen) change({ path: chosen });
  });
  return (
    <div className={classes.withButton}>
      <TextInput
        label={t('destinations.path')}
        description={t('destinations.pathEffect')}
        inputWrapperOrder={BELOW}
        placeholder="/mnt/backup/holdfast"
        value={draft.path}
        maxLength={4096}
        spellCheck={false}
        error={fault('path')}
        onChange={(event) => change({ path: event.currentTarget.value })}
        data-autofocus
        data-testid="destination-path"
      />
      <Button
        variant="default"
        className={classes.besideField}
        loading={choosing}
        onClick={() => void choose()}
        data-testid="choose-destination-folder"
      >
        {t('destinations.pathChoose')}
      </Button>
    </div>
  );
}

function S3Fields({ draft, destination, change, fault }: FieldProps) {
  const { t } = useTexts();
  const { secrets } = draft;
  return (
    <>
      <TextInput
        label={t('destinations.endpoint')}
        description={t('destinations.endpointEffect')}
        inputWrapperOrder={BELOW}
        placeholder="https://"
        value={draft.endpoint}
        maxLength={2_000}
        spellCheck={false}
        error={fault('endpoint')}
        onChange={(event) => change({ endpoint: event.currentTarget.value })}
        data-autofocus
        data-testid="destination-endpoint"
      />
      <div className={forms.pair}>
        <TextInput
          label={t('destinations.bucket')}
          value={draft.bucket}
          maxLength={63}
          spellCheck={false}
          error={fault('bucket')}
          onChange={(event) => change({ bucket: event.currentTarget.value })}
          data-testid="destination-bucket"
        />
        <TextInput
          label={t('destinations.prefix')}
          value={draft.prefix}
          maxLength={500}
          spellCheck={false}
          onChange={(event) => change({ prefix: event.currentTarget.value })}
          data-testid="destination-prefix"
        />
        <TextInput
          label={t('destinations.accessKeyId')}
          value={draft.accessKeyId}
          maxLength={200}
          spellCheck={false}
          autoComplete="off"
          error={fault('accessKeyId')}
          onChange={(event) => change({ accessKeyId: event.currentTarget.value })}
          data-testid="destination-access-key"
        />
        <SecretField
          label={t('destinations.secretAccessKey')}
          stored={destination?.secrets.secretAccessKey === true}
          value={secrets.secretAccessKey}
          error={fault('secretAccessKey')}
          onChange={(secretAccessKey) => change({ secrets: { ...secrets, secretAccessKey } })}
          testId="destination-secret-key"
        />
        <TextInput
          label={t('destinations.region')}
          value={draft.region}
          maxLength={100}
          spellCheck={false}
          error={fault('region')}
          onChange={(event) => change({ region: event.currentTarget.value })}
          data-testid="destination-region"
        />
      </div>
      <Switch
        label={t('destinations.pathStyle')}
        description={t('destinations.pathStyleEffect')}
        checked={pathStyleOf(draft)}
        onChange={(event) => change({ pathStyle: event.currentTarget.checked })}
        data-testid="destination-path-style"
      />
    </>
  );
}
