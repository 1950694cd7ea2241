//! CSV files of prompts: a column `prompt`, and a column that names each (`act`, `name`, `id`, `title`, `label`).

use crate::domain::{Problem, SourceFile, Span};
use crate::kinds::prompt::draft::Draft;
use crate::kinds::prompt::text::Text;
use crate::kinds::shared::template::Engine;

use super::{Drafts, Format, Source, file_name, is_in_folder};

/// Prompts in rows.
pub(super) const FORMAT: Format = Format {
    is_likely: |path| path.ends_with(".csv") && (file_name(path).contains("prompt") || is_in_folder(path, "prompts")),
    recognises: |source| source.file.path.ends_with(".csv") && columns(source.file).is_some(),
    read,
};

struct Columns {
    prompt: usize,
    name: usize,
    headers: Vec<String>,
}

fn columns(file: &SourceFile) -> Option<Columns> {
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).from_reader(file.text.trim_start_matches('\u{feff}').as_bytes());
    let headers: Vec<String> = reader.headers().ok()?.iter().map(|name| name.trim().to_lowercase()).collect();
    let position = |names: &[&str]| headers.iter().position(|header| names.contains(&header.as_str()));
    let (prompt, name) = (position(&["prompt"])?, position(&["act", "name", "id", "title", "label"])?);
    Some(Columns { prompt, name, headers })
}

fn read(source: &Source<'_>) -> Drafts {
    let file = source.file;
    let Some(columns) = columns(file) else { return Ok(Vec::new()) };
    let skipped = file.text.len() - file.text.trim_start_matches('\u{feff}').len();
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(&file.text.as_bytes()[skipped..]);
    let mut rows: Vec<(usize, csv::StringRecord)> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| vec![problem(file, &error)])?;
        let start = record.position().map_or(0, |position| position.byte() as usize) + skipped;
        rows.push((start, record));
    }
    let ends: Vec<usize> = rows.iter().skip(1).map(|(start, _)| *start).chain([file.text.len()]).collect();
    let drafts =
        rows.iter().zip(ends).map(|((start, record), end)| draft(file, &columns, record, Span::new(*start, end)));
    Ok(drafts.collect())
}

fn draft(file: &SourceFile, columns: &Columns, record: &csv::StringRecord, span: Span) -> Draft {
    let is_dollar = record.get(columns.prompt).is_some_and(|text| text.contains("${"));
    let mut draft = Draft::new(file, if is_dollar { Engine::Dollar } else { Engine::Plain });
    draft.span = Some(span);
    for (at, value) in record.iter().enumerate() {
        if at == columns.prompt {
            draft.messages.push(("user".to_owned(), Text::decoded(file, span, value)));
        } else if at == columns.name {
            draft.name = Some(value.to_owned());
        } else {
            let key = columns.headers.get(at).cloned().unwrap_or_else(|| at.to_string());
            draft.part("setting", key, value, span);
        }
    }
    draft
}

fn problem(file: &SourceFile, error: &csv::Error) -> Problem {
    let at = error.position().map_or(0, |position| position.byte() as usize);
    let help = "check the quotes of the row before it";
    Problem::at(file, Span::new(at, at), "csv-syntax", format!("the row cannot be read: {error}"), help)
}
