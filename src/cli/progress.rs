//! A sign of life on standard error while a command takes longer than a second.

use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long a command may take before it says that it is at work, and between two signs.
const PATIENCE: Duration = Duration::from_secs(1);

/// Says how far a command is.
type Said = Arc<Mutex<Option<Box<dyn Fn() -> String + Send>>>>;

/// Shows seconds until it is dropped; nothing before the first one, and nothing where nobody watches.
pub(super) struct Progress {
    done: Option<Sender<()>>,
    shown: Option<JoinHandle<()>>,
    said: Said,
}

impl Progress {
    /// Starts to watch, if standard error is a terminal.
    pub(super) fn start() -> Option<Self> {
        io::stderr().is_terminal().then(|| {
            let (done, wait) = mpsc::channel::<()>();
            let said = Said::default();
            let says = Arc::clone(&said);
            let shown = thread::spawn(move || {
                let mut seconds = 0;
                while wait.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                    seconds += PATIENCE.as_secs();
                    // Nobody can be told that standard error is closed.
                    let _ = write!(io::stderr(), "\r\x1b[Kpv: {}", line(&says, seconds));
                }
                if seconds > 0 {
                    let _ = write!(io::stderr(), "\r\x1b[K");
                }
            });
            Self { done: Some(done), shown: Some(shown), said }
        })
    }

    /// Shows what `says` gives beside the seconds.
    pub(super) fn watch(&self, says: impl Fn() -> String + Send + 'static) {
        *self.said.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(says));
    }
}

fn line(said: &Said, seconds: u64) -> String {
    match said.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
        Some(says) => format!("{} ({seconds} s)", says()),
        None => format!("at work for {seconds} s"),
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Progress").finish_non_exhaustive()
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
