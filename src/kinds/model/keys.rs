//! What a setting is about, by its key.

/// Keys (letters and digits only, lower case) and their aspect.
const KEYS: [(&str, &[&str]); 24] = [
    ("provider", &["provider", "litellmprovider", "customllmprovider", "vendor", "apitype", "platform"]),
    ("model", &["model", "modelid", "modelname", "snapshot", "deploymentmodel", "target"]),
    ("previous", &["previous", "previousmodel", "previousmapping", "rollback", "rollbackmodel", "rollbackto"]),
    ("endpoint", &["apibase", "baseurl", "endpoint", "url", "deployment", "deploymentname", "azuredeployment", "host"]),
    ("region", &["region", "awsregion", "awsregionname", "regionname", "vertexlocation", "location", "residency"]),
    ("api-version", &["apiversion", "anthropicversion", "anthropicbeta", "betas"]),
    (
        "sampling",
        &[
            "temperature",
            "topp",
            "topk",
            "minp",
            "frequencypenalty",
            "presencepenalty",
            "repetitionpenalty",
            "usetemperature",
            "dosample",
        ],
    ),
    ("seed", &["seed"]),
    ("stop", &["stop", "stopsequences", "stopwords"]),
    (
        "reasoning",
        &["reasoningeffort", "reasoning", "thinking", "thinkingbudget", "budgettokens", "thinkingtokens", "effort"],
    ),
    ("safety", &["safetysettings", "safety", "moderation", "contentfilter", "guardrails", "threshold"]),
    ("max-output", &["maxoutputtokens", "maxtokens", "maxcompletiontokens", "numpredict", "outputlimit"]),
    (
        "context-window",
        &["contextwindow", "maxinputtokens", "contextlength", "maxcontexttokens", "numctx", "contextlimit"],
    ),
    (
        "capability",
        &["capabilities", "modalities", "features", "inputmodalities", "outputmodalities", "supportedparameters"],
    ),
    ("fallback", &["fallback", "fallbacks", "fallbackmodels", "fallbackmodel"]),
    ("weight", &["weight", "traffic", "percentage", "share", "trafficpercentage"]),
    ("timeout", &["timeout", "retries", "maxretries", "numretries", "retrypolicy", "requesttimeout", "streamtimeout"]),
    ("rate-limit", &["rpm", "tpm", "maxparallelrequests", "ratelimit", "concurrency", "quota", "rps"]),
    (
        "cache",
        &["cache", "cachecontrol", "cachesbydefault", "promptcaching", "cachettl", "cachecontrolinjectionpoints"],
    ),
    ("output-option", &["n", "logprobs", "toplogprobs", "stream", "streaming"]),
    ("weights", &["weights", "weightsdigest", "digest", "sha256", "checkpoint", "revision"]),
    ("adapter", &["adapter", "lora", "finetune", "adapterdigest", "loraadapter"]),
    ("serving", &["quantization", "dtype", "tokenizer", "tokenizerdigest", "chattemplate", "chattemplatedigest"]),
    (
        "metadata",
        &[
            "description",
            "owner",
            "notes",
            "note",
            "tags",
            "source",
            "sources",
            "comment",
            "displayname",
            "title",
            "version",
            "updated",
            "contact",
            "docs",
            "checked",
            "schema",
            "label",
        ],
    ),
];

/// The aspect of the setting at a path of keys; `param`: none that is known.
pub(super) fn aspect(keys: &[String]) -> &'static str {
    let steps: Vec<String> = keys.iter().filter(|key| !key.starts_with('[')).map(|key| letters(key)).collect();
    // `fallbacks[0].model` is about the fallback, `safety_settings[1].threshold` about safety.
    let enclosing = ["fallback", "safety", "reasoning", "cost"];
    let inherited = steps.iter().filter_map(|step| known(step)).find(|aspect| enclosing.contains(aspect));
    inherited.or_else(|| steps.last().and_then(|key| known(key))).unwrap_or("param")
}

fn known(key: &str) -> Option<&'static str> {
    let listed = KEYS.iter().find(|(_, keys)| keys.contains(&key)).map(|(aspect, _)| *aspect);
    listed.or_else(|| {
        let named = [("cost", "cost"), ("price", "cost"), ("pricing", "cost")];
        let by_word = named.iter().find(|(word, _)| key.contains(word)).map(|(_, aspect)| *aspect);
        let by_start = (key.starts_with("supports") || key.starts_with("accepts")).then_some("capability");
        let by_end =
            (key.ends_with("model") || key.ends_with("modelname") || key.ends_with("modelid")).then_some("model");
        let fallback = (key.ends_with("fallbacks") || key.starts_with("fallback")).then_some("fallback");
        by_word.or(by_start).or(fallback).or(by_end)
    })
}

fn letters(key: &str) -> String {
    key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::aspect;

    fn of(path: &[&str]) -> &'static str {
        aspect(&path.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_key_is_known_in_every_spelling() {
        for path in [["params", "temperature"], ["params", "top_p"], ["config", "topP"], ["parameters", "top-k"]] {
            assert_eq!(of(&path), "sampling", "{path:?}");
        }
        assert_eq!(of(&["weak_model_name"]), "model");
        assert_eq!(of(&["litellm_params", "api_base"]), "endpoint");
        assert_eq!(of(&["fallbacks", "[gpt-4.1]", "model"]), "fallback");
        assert_eq!(of(&["input_cost_per_token"]), "cost");
        assert_eq!(of(&["supports_vision"]), "capability");
        assert_eq!(of(&["edit_format"]), "param");
    }
}
