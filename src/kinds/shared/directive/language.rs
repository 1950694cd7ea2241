//! In which language a text is written, by its script and its commonest words.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

/// Shorter texts than this many letters are in no language that could be told.
const MIN_LETTERS: usize = 40;

/// The language of a text that says nothing else.
pub const ENGLISH: &str = "English";

/// The name of the language of `text`; `None` when it is too short or too mixed to tell.
pub fn of(text: &str) -> Option<&'static str> {
    let letters = text.chars().filter(|c| c.is_alphabetic());
    let mut scripts: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut total = 0_usize;
    let mut ascii = 0_usize;
    for c in letters {
        total += 1;
        if c.is_ascii() {
            ascii += 1;
        } else {
            *scripts.entry(script(c)).or_insert(0) += 1;
        }
    }
    *scripts.entry("Latin").or_insert(0) += ascii;
    let share = |script: &str| scripts.get(script).copied().unwrap_or(0);
    // An ideograph or a syllable says as much as several letters.
    let dense = share("Chinese") + share("Japanese") + share("Korean");
    if total + 2 * dense < MIN_LETTERS {
        return None;
    }
    if share("Japanese") * 10 > total && dense * 2 > total {
        return Some("Japanese");
    }
    let (name, most) = scripts.iter().max_by_key(|(_, count)| **count)?;
    match *name {
        _ if most * 10 < total * 6 => None,
        "Latin" => latin(text),
        other => Some(other),
    }
}

/// The script of a letter, by the language that it mostly writes.
fn script(c: char) -> &'static str {
    match c {
        '\u{3040}'..='\u{30ff}' => "Japanese",
        '\u{3400}'..='\u{9fff}' => "Chinese",
        '\u{ac00}'..='\u{d7af}' | '\u{1100}'..='\u{11ff}' => "Korean",
        '\u{0400}'..='\u{052f}' => "Russian",
        '\u{0370}'..='\u{03ff}' => "Greek",
        '\u{0590}'..='\u{05ff}' => "Hebrew",
        '\u{0600}'..='\u{06ff}' => "Arabic",
        '\u{0900}'..='\u{097f}' => "Hindi",
        '\u{0e00}'..='\u{0e7f}' => "Thai",
        _ => "Latin",
    }
}

/// The language of most of the common words of `text`, if they are common enough and no other language comes near.
fn latin(text: &str) -> Option<&'static str> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    let mut words = 0_usize;
    let lower = text.to_lowercase();
    for word in lower.split(|c: char| !c.is_alphabetic() && c != '\'').filter(|word| !word.is_empty()) {
        words += 1;
        for language in common().get(word).into_iter().flatten() {
            *counts.entry(*language).or_insert(0) += 1;
        }
    }
    let mut ranked: Vec<(usize, usize)> = counts.into_iter().map(|(language, count)| (count, language)).collect();
    ranked.sort_unstable_by(|a, b| b.cmp(a));
    let (best, language) = *ranked.first()?;
    let second = ranked.get(1).map_or(0, |(count, _)| *count);
    let is_clear = best >= 3 && best * 100 >= words * 12 && best * 2 >= second * 3;
    is_clear.then(|| LANGUAGES.get(language).map(|(name, _)| *name)).flatten()
}

fn common() -> &'static HashMap<&'static str, Vec<usize>> {
    static COMMON: OnceLock<HashMap<&'static str, Vec<usize>>> = OnceLock::new();
    COMMON.get_or_init(|| {
        let mut words: HashMap<&'static str, Vec<usize>> = HashMap::new();
        for (at, (_, said)) in LANGUAGES.iter().enumerate() {
            said.split(' ').for_each(|word| words.entry(word).or_default().push(at));
        }
        words
    })
}

/// The commonest short words of languages in Latin script.
const LANGUAGES: &[(&str, &str)] = &[
    (
        ENGLISH,
        "the of and to in is that for it you with on are be this your not or as from by have if do will all an what should must each when about their any which use",
    ),
    (
        "Spanish",
        "el la los las de y que en un una es por para con no se lo del al como más pero su sus si está este esta usted debe o cada cuando",
    ),
    (
        "French",
        "le la les de des et à un une est en que qui pour dans ce pas ne sur au avec il vous votre du par ou plus sont doit chaque si aux cette",
    ),
    (
        "German",
        "der die das und ist nicht ein eine zu den von mit sie für im dem auf des sich als auch es an werden oder wenn bei nur ihre müssen soll wie",
    ),
    (
        "Italian",
        "il lo la gli le di che e è un una per in non con del della dei sono si come da al nel questo questa ogni deve o se più tuo",
    ),
    (
        "Portuguese",
        "o a os as de e que em um uma é para com não do da dos das se por como mais ao no na você seu sua ou quando deve cada são",
    ),
    (
        "Dutch",
        "de het een en van is dat niet in op te zijn voor met je die aan als ook of moet naar bij om uit deze wordt uw alle geen elke",
    ),
    (
        "Swedish",
        "och att det som en på är av för med den till inte om ett du har de i kan ska eller från alla varje din",
    ),
    ("Danish", "og at det som en på er af for med den til ikke om et du har de i kan skal eller fra alle hver din"),
    (
        "Polish",
        "i w na nie się do jest że z to o jak za po co od dla oraz lub są być każdy jeśli tylko musi twoje przez",
    ),
    ("Turkish", "ve bir bu için ile de da olarak en çok ne gibi her daha var olan veya sonra kadar ise değil"),
    ("Vietnamese", "và của là có cho không các được một trong với những để người khi này từ bạn như phải"),
    ("Indonesian", "yang dan di untuk dengan ini dari pada adalah tidak anda dalam atau akan ke itu jika harus setiap"),
    ("Czech", "a v na se je že to s do pro o jako za by ale jsou nebo když pouze musí každý při podle"),
    ("Romanian", "și de la în cu pe este nu un o că pentru din să mai sunt sau dacă trebuie care fiecare"),
    ("Finnish", "ja on ei se että ole olla hän mutta tai kun jos niin myös voi ovat sekä joka mitä vain pitää"),
];

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn languages_are_told_by_script_and_common_words() {
        let texts = [
            (
                "You are a helpful assistant. Answer in at most three sentences, and do not invent facts.",
                Some("English"),
            ),
            (
                "Du bist ein hilfreicher Assistent. Antworte in höchstens drei Sätzen und erfinde nicht die Fakten.",
                Some("German"),
            ),
            (
                "Eres un asistente útil. Responde en un máximo de tres frases y no inventes los hechos de la empresa.",
                Some("Spanish"),
            ),
            (
                "Vous êtes un assistant utile. Répondez en trois phrases au plus et ne faites pas de la fiction.",
                Some("French"),
            ),
            ("あなたは親切なアシスタントです。三文以内で答えてください。", Some("Japanese")),
            ("你是一个有用的助手。请用不超过三句话回答，不要编造事实。", Some("Chinese")),
            ("Вы полезный помощник. Отвечайте не более чем тремя предложениями.", Some("Russian")),
            ("Answer briefly.", None),
            ("foo bar baz qux quux corge grault garply waldo fred plugh", None),
        ];
        for (text, language) in texts {
            assert_eq!(of(text), language, "{text}");
        }
    }
}
