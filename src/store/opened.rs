//! Open files as content that is read at any offset.

use std::fs::File;
use std::io;
use std::sync::Arc;

use crate::domain::Content;

/// A file that is read at any offset. What happens to its name does not concern it.
#[derive(Debug)]
struct Opened {
    file: File,
    size: usize,
}

/// `file` as content, as long as it is now.
///
/// # Errors
/// When its length cannot be told.
pub fn content(file: File) -> io::Result<Arc<dyn Content>> {
    let size = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
    Ok(Arc::new(Opened { file, size }))
}

impl Content for Opened {
    fn size(&self) -> usize {
        self.size
    }

    fn read_at(&self, offset: usize, into: &mut [u8]) -> io::Result<usize> {
        // A file that grows meanwhile is as long as it was when it was opened.
        let length = into.len().min(self.size.saturating_sub(offset));
        let mut filled = 0;
        while let Some(rest) = into.get_mut(filled..length).filter(|rest| !rest.is_empty()) {
            match read_once(&self.file, rest, (offset + filled) as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }
}

#[cfg(unix)]
fn read_once(file: &File, into: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, into, offset)
}

#[cfg(windows)]
fn read_once(file: &File, into: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, into, offset)
}
