import { Component, type ReactNode } from 'react';
import { ErrorNotice } from './ErrorNotice';

interface Props {
  children: ReactNode;
  /** A change of this clears the error: going to another tab and back tries again. */
  resetKey: string;
}

/** Keeps a fault in one tab from taking the window down. What was thrown also reaches the console, which the main process records. */
export class ErrorBoundary extends Component<Props, { thrown: unknown; failed: boolean }> {
  override state = { thrown: null as unknown, failed: false };

  static getDerivedStateFromError(thrown: unknown) {
    return { thrown, failed: true };
  }

  override componentDidUpdate(before: Props): void {
    if (this.state.failed && before.resetKey !== this.props.resetKey) this.retry();
  }

  retry = (): void => this.setState({ thrown: null, failed: false });

  override render() {
    if (!this.state.failed) return this.props.children;
    return <ErrorNotice thrown={this.state.thrown} context={{ retry: this.retry }} withDetail />;
  }
}
