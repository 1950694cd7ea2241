//! One running `git cat-file --batch`: objects on demand, fetched by git where a partial clone lacks them.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use super::entry::Oid;

/// A running `git cat-file --batch`.
#[derive(Debug)]
pub(super) struct Batch {
    child: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
    has_ended: bool,
}

impl Batch {
    /// Starts `command`, which is a `git cat-file --batch`.
    pub(super) fn start(mut command: Command) -> io::Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let (Some(questions), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::Error::other("no pipes to git cat-file"));
        };
        Ok(Self { child, questions, answers: BufReader::new(answers), has_ended: false })
    }

    /// Asks for an object. Its size, or nothing when it is missing; then the content must be taken.
    pub(super) fn ask(&mut self, oid: Oid) -> io::Result<Option<u64>> {
        writeln!(self.questions, "{oid}")?;
        self.questions.flush()?;
        let mut header = String::new();
        // Git ends, without an answer, when it cannot fetch what a partial clone lacks.
        self.has_ended = self.answers.read_line(&mut header)? == 0;
        Ok(header.trim_end().rsplit_once(' ').and_then(|(_, size)| size.parse().ok()))
    }

    /// Whether git ended, so that there is nothing more to ask.
    pub(super) fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// The `size` bytes of the object that was asked for, written to `sink`.
    pub(super) fn take(&mut self, size: u64, sink: &mut dyn Write) -> io::Result<()> {
        let copied = io::copy(&mut self.answers.by_ref().take(size), sink)?;
        let mut newline = [0];
        self.answers.read_exact(&mut newline)?;
        if copied == size { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        // Nothing to tell: it may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
