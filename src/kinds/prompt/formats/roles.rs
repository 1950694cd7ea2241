//! Bodies that hold several messages: cut at role markers.

use crate::domain::Span;
use crate::kinds::prompt::draft::Draft;

/// A marker in a body: where it stands and which role follows it.
pub(super) struct Marker {
    /// The marker's own bytes.
    pub(super) span: Span,
    /// The role of what follows.
    pub(super) role: String,
}

/// Cuts `body` at `markers`; what stands before the first is a message of `first_role`. Blank messages are none.
pub(super) fn cut(draft: &mut Draft, body: Span, markers: Vec<Marker>, first_role: &str) {
    if markers.is_empty() {
        draft.say(first_role, body);
        return;
    }
    let (mut start, mut role) = (body.start, first_role.to_owned());
    for marker in markers {
        push(draft, &role, Span::new(start, marker.span.start));
        (start, role) = (marker.span.end, marker.role);
    }
    push(draft, &role, Span::new(start, body.end));
}

/// A message without the blanks around it: markers stand on lines of their own.
fn push(draft: &mut Draft, role: &str, span: Span) {
    let raw = draft.file.slice(span);
    let start = span.start + (raw.len() - raw.trim_start().len());
    let end = span.start + raw.trim_end().len();
    if start < end {
        draft.say(role, Span::new(start, end));
    }
}
