//! Exit codes.

/// What an exit code says. Where several hold, the first of 5, 1, 4, 3 is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// 0: all is well.
    Pass,
    /// 1: refused, blocking findings, or (with `--exit-code`) differences.
    Refused,
    /// 2: usage, configuration or environment.
    Usage,
    /// 5: integrity: tampered, missing or mismatching bytes.
    Integrity,
}

impl Exit {
    /// The number given to the shell.
    pub fn code(self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Refused => 1,
            Self::Usage => 2,
            Self::Integrity => 5,
        }
    }
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
