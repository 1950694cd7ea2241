//! What is said of a snapshot that was built.

use serde_json::json;

use super::made::Made;
use crate::report::Page;

pub(super) fn made(made: &Made<'_>) -> Page {
    let Made { target, tree, staged, .. } = made;
    let data = json!({
        "schema": "pv/snapshot/1", "id": target.id, "directory": target.directory, "written": made.written,
        "root": tree.root, "rows": tree.rows, "bytes": tree.bytes, "key": tree.key, "inferred": made.is_inferred,
        "chunks": made.chunks, "new": staged.new, "shared": staged.shared, "new_bytes": staged.bytes,
        "advice": made.advice,
    });
    let rows = [
        ["snapshot", ""].map(str::to_owned).to_vec(),
        vec!["rows".to_owned(), format!("{}, {} bytes in canonical JSON", tree.rows, tree.bytes)],
        vec!["key".to_owned(), key(made)],
        vec!["chunks".to_owned(), chunks(made)],
        vec!["root".to_owned(), tree.root.to_string()],
    ];
    let page = Page::of(data).heading(target.id.to_string()).table(rows.to_vec());
    let page = match &made.advice {
        Some(advice) => page.verbatim(advice.clone()),
        None => page,
    };
    let next = "`pv diff` tells what changed. Commit it with git; `pv push` sends the chunks.";
    page.outcome(true, format!("wrote {}", made.written.join(" and "))).paragraph(next)
}

fn key(made: &Made<'_>) -> String {
    let how = if made.is_inferred { " (inferred; --key names another)" } else { "" };
    match made.tree.key.as_slice() {
        [] => format!("the whole content of a row{how}"),
        names => format!("{}{how}", names.join(", ")),
    }
}

fn chunks(made: &Made<'_>) -> String {
    let staged = &made.staged;
    format!("{} new ({} bytes), {} shared with what was there", staged.new, staged.bytes, staged.shared)
}
