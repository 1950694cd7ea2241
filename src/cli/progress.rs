//! A sign of life on standard error while a command takes longer than a second.

use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long a command may take before it says that it is at work, and between two signs.
const PATIENCE: Duration = Duration::from_secs(1);

/// Shows seconds until it is dropped; nothing before the first one, and nothing where nobody watches.
#[derive(Debug)]
pub(super) struct Progress {
    done: Option<Sender<()>>,
    shown: Option<JoinHandle<()>>,
}

impl Progress {
    /// Starts to watch, if standard error is a terminal.
    pub(super) fn start() -> Option<Self> {
        io::stderr().is_terminal().then(|| {
            let (done, wait) = mpsc::channel::<()>();
            let shown = thread::spawn(move || {
                let mut seconds = 0;
                while wait.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    seconds += PATIENCE.as_secs();
                    // Nobody can be told that standard error is closed.
                    let _ = write!(io::stderr(), "\rpv: at work for {seconds} s");
                }
                if seconds > 0 {
                    let _ = write!(io::stderr(), "\r\x1b[K");
                }
            });
            Self { done: Some(done), shown: Some(shown) }
        })
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        drop(self.done.take());
        if let Some(shown) = self.shown.take() {
            // It cannot panic, and there is nothing to do about it if it did.
            let _ = shown.join();
        }
    }
}
