//! Questions on a terminal: one line each, the answer that Enter accepts in brackets.

use std::io::{self, BufRead, Write};

/// Where questions go, and answers come from.
#[derive(Debug)]
pub(super) struct Asker<R, W> {
    pub(super) answers: R,
    pub(super) questions: W,
}

impl<R: BufRead, W: Write> Asker<R, W> {
    /// The answer to `question`, or `default` when Enter accepts it. Without a default something must be said.
    ///
    /// # Errors
    /// When the input ends before that.
    pub(super) fn ask(&mut self, question: &str, default: Option<&str>) -> io::Result<String> {
        self.until(question, default, |answer| Ok(answer.to_owned()))
    }

    /// The same, asked again until `read` takes the answer.
    ///
    /// # Errors
    /// When the input ends before that.
    pub(super) fn until<T>(
        &mut self,
        question: &str,
        default: Option<&str>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> io::Result<T> {
        loop {
            let shown = default.map_or_else(String::new, |default| format!(" [{default}]"));
            write!(self.questions, "{question}{shown}: ")?;
            self.questions.flush()?;
            let mut line = String::new();
            if self.answers.read_line(&mut line)? == 0 {
                writeln!(self.questions)?;
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let answer = Some(line.trim()).filter(|line| !line.is_empty()).or(default);
            match answer.ok_or_else(|| "something must be said here".to_owned()).and_then(&read) {
                Ok(value) => return Ok(value),
                Err(reason) => writeln!(self.questions, "  {reason}")?,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(answers: &str, default: Option<&str>) -> (io::Result<bool>, String) {
        let mut asker = Asker { answers: answers.as_bytes(), questions: Vec::new() };
        let read = |answer: &str| match answer {
            "yes" => Ok(true),
            "no" => Ok(false),
            _ => Err("yes or no".to_owned()),
        };
        let answer = asker.until("Sure", default, read);
        (answer, String::from_utf8(asker.questions).unwrap())
    }

    #[test]
    fn enter_accepts_the_default_and_nonsense_is_asked_again() {
        let (answer, said) = asked("\n", Some("no"));
        assert_eq!((answer.unwrap(), &*said), (false, "Sure [no]: "));
        let (answer, said) = asked("perhaps\n  yes \n", Some("no"));
        assert_eq!((answer.unwrap(), &*said), (true, "Sure [no]:   yes or no\nSure [no]: "));
        let (answer, said) = asked("\nyes", None);
        assert_eq!((answer.unwrap(), &*said), (true, "Sure:   something must be said here\nSure: "));
    }

    #[test]
    fn the_end_of_the_input_is_no_answer() {
        assert_eq!(asked("", Some("no")).0.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
        assert_eq!(asked("\n", None).0.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
    }
}
