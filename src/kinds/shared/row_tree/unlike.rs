//! Sets that are not told apart in the same way: a tree against a file, or trees with other keys. Rows that say the same
//! cancel each other, and what is left is compared.

use super::compare::{Side, Unfit, text};
use crate::domain::{Event, Fact, Quote};
use crate::kinds::Settings;
use crate::kinds::shared::rows::{self, How, KeyedBy, Reading, Whole, Window, Windows};
use crate::tree::{TreeError, each_row};

/// Of no more rows a side it is remembered what they say: 128 MiB.
const REMEMBERED: usize = 8 << 20;

/// The digest of a row.
type Digest = [u8; 16];

pub(super) fn compare(old: Side<'_>, new: Side<'_>, how: &How<'_>, unfit: Unfit) -> Result<Vec<Fact>, TreeError> {
    let (was, is) = (whole(old), whole(new));
    let (settings, keyed_by) = ways(old, new);
    let mut windows = Windows::of((&was, &is), how, Reading { settings: &settings, keyed_by: &keyed_by, unfit });
    key_changed(old, new).into_iter().for_each(|fact| windows.tell(fact));
    if old.len().max(new.len()) > REMEMBERED {
        windows.tell(
            Fact::new("rows", Event::Changed, format!("more than {REMEMBERED} rows with other keys")).marked("unseen"),
        );
        return Ok(windows.finish());
    }
    let (went, came) = differing(digests(old)?, digests(new)?);
    if went.is_empty() && came.is_empty() {
        return Ok(same(old, new, windows.finish()));
    }
    if went.len().max(came.len()) < Window::ROWS {
        let (from, to) = (picked(old, went)?, picked(new, came)?);
        windows.only(from, to);
    } else {
        let count = |event, count: usize| Fact { count, ..Fact::new(how.profile.aspect, event, "").marked("folded") };
        let counts = [(Event::Removed, went.len()), (Event::Added, came.len())];
        counts
            .into_iter()
            .filter(|(_, rows)| *rows > 0)
            .for_each(|(event, rows)| windows.tell(placed(count(event, rows), old, new)));
    }
    Ok(windows.finish())
}

/// The fact with the place of the side that it is about.
fn placed(mut fact: Fact, old: Side<'_>, new: Side<'_>) -> Fact {
    let quote = |side: Side<'_>| side.place().map(|place| Quote { place, text: String::new() });
    match fact.event {
        Event::Removed => fact.old = quote(old),
        _ => fact.new = quote(new),
    }
    fact
}

/// The same rows in another form.
fn same(old: Side<'_>, new: Side<'_>, mut facts: Vec<Fact>) -> Vec<Fact> {
    if facts.is_empty() {
        let mut fact = Fact::new("artefact", Event::Changed, "the rows").marked("form-only");
        let quote = |side: Side<'_>| side.place().map(|place| Quote { place, text: String::new() });
        (fact.old, fact.new) = (quote(old), quote(new));
        facts.push(fact);
    }
    facts
}

/// What is known of a set as a whole before it is read.
fn whole(side: Side<'_>) -> Whole {
    match side {
        Side::Listed(rows) => rows.whole(),
        Side::Kept(snapshot) => snapshot.whole(|_| 0),
    }
}

/// How the rows that differ are read: as the tree's are, of two trees as the new one's.
fn ways(old: Side<'_>, new: Side<'_>) -> (Settings, KeyedBy) {
    match (old, new) {
        (_, Side::Kept(snapshot)) | (Side::Kept(snapshot), _) => (snapshot.settings.clone(), snapshot.keyed_by()),
        (_, Side::Listed(rows)) => (Settings::default(), rows.keyed_by().clone()),
    }
}

/// Told where columns told the rows apart and no longer do.
fn key_changed(old: Side<'_>, new: Side<'_>) -> Option<Fact> {
    let keyed_by = |side: Side<'_>| match side {
        Side::Listed(rows) => rows.keyed_by().clone(),
        Side::Kept(snapshot) => snapshot.keyed_by(),
    };
    let (was, is) = (keyed_by(old), keyed_by(new));
    let is_told = was != is && matches!(was, KeyedBy::Column(_) | KeyedBy::Columns(_));
    is_told.then(|| {
        let quote = |side: Side<'_>, text: String| side.place().map(|place| Quote { place, text });
        let mut fact = Fact::new("key", Event::Changed, format!("{} → {}", was.phrase(), is.phrase()));
        (fact.old, fact.new) = (quote(old, was.phrase()), quote(new, is.phrase()));
        fact
    })
}

/// What each row says, sorted.
fn digests(side: Side<'_>) -> Result<Vec<Digest>, TreeError> {
    let mut digests: Vec<Digest> = Vec::with_capacity(side.len().min(REMEMBERED));
    match side {
        Side::Listed(rows) => digests.extend(rows.digests()),
        Side::Kept(snapshot) => {
            each_row(&snapshot.tree.root, snapshot.at_hand()?, &mut |_, value| -> Result<(), TreeError> {
                if digests.len() < REMEMBERED {
                    digests.push(rows::digest(value));
                }
                Ok(())
            })?;
        }
    }
    digests.sort_unstable();
    Ok(digests)
}

/// What only one of two sorted lists has.
fn differing(old: Vec<Digest>, new: Vec<Digest>) -> (Vec<Digest>, Vec<Digest>) {
    let (mut ones, mut others) = (old.into_iter().peekable(), new.into_iter().peekable());
    let (mut went, mut came) = (Vec::new(), Vec::new());
    while let (Some(one), Some(other)) = (ones.peek(), others.peek()) {
        match one.cmp(other) {
            std::cmp::Ordering::Less => went.extend(ones.next()),
            std::cmp::Ordering::Greater => came.extend(others.next()),
            std::cmp::Ordering::Equal => {
                ones.next();
                others.next();
            }
        }
    }
    went.extend(ones);
    came.extend(others);
    (went, came)
}

/// The rows with these digests, which are sorted; of equal ones as many as are wanted.
fn picked(side: Side<'_>, mut wanted: Vec<Digest>) -> Result<Window, TreeError> {
    let mut window = Window::default();
    let mut takes = |digest: &Digest| match wanted.binary_search(digest) {
        Ok(at) => {
            wanted.remove(at);
            true
        }
        Err(_) => false,
    };
    match side {
        Side::Listed(rows) => rows.pick(&mut takes, |row| window.push(row)),
        Side::Kept(snapshot) => {
            each_row(&snapshot.tree.root, snapshot.at_hand()?, &mut |_, value| -> Result<(), TreeError> {
                if takes(&rows::digest(value)) {
                    window.push(&text(value));
                }
                Ok(())
            })?;
        }
    }
    Ok(window)
}
