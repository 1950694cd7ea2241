//! What a setting of an agent is about, by its key.

/// Keys (letters and digits only, lower case) and their aspect. `text` is prose for the model.
const KEYS: [(&str, &[&str]); 25] = [
    ("description", &["description", "whentouse"]),
    (
        "text",
        &[
            "role",
            "goal",
            "backstory",
            "instructions",
            "systemprompt",
            "systemtemplate",
            "instancetemplate",
            "expectedoutput",
            "systemmessage",
            "nextsteptemplate",
            "content",
            "persona",
        ],
    ),
    ("prompt", &["prompt", "promptref", "promptid", "prompts"]),
    ("model", &["model", "llm", "modelname", "functioncallingllm", "managerllm", "reasoningmodel"]),
    ("index", &["index", "indexes", "retrievalindex", "retriever", "knowledgesources", "vectorstore", "knowledge"]),
    ("eval", &["eval", "evals", "evalset", "evaluation"]),
    ("tool", &["tools", "allowedtools", "tooluse", "mcpservers", "bundles", "plugins"]),
    ("denied", &["disallowedtools", "deny", "deniedtools", "blocklist", "isolation", "sandbox"]),
    (
        "permission",
        &[
            "permissions",
            "allow",
            "allowlist",
            "scopes",
            "network",
            "filesystem",
            "allowedpaths",
            "alloweddomains",
            "secrets",
            "egress",
            "allowcodeexecution",
            "allowedcommands",
            "additionaldirectories",
        ],
    ),
    ("permission-mode", &["permissionmode", "codeexecutionmode"]),
    (
        "approval",
        &[
            "approval",
            "approvals",
            "requireapproval",
            "requiresapproval",
            "humaninput",
            "humanintheloop",
            "requiresconfirmation",
            "interruptbefore",
            "approvalthreshold",
            "askbefore",
        ],
    ),
    (
        "guardrail",
        &[
            "guardrail",
            "guardrails",
            "rails",
            "filters",
            "moderation",
            "policies",
            "guards",
            "safety",
            "outputguardrails",
        ],
    ),
    (
        "route",
        &[
            "routes",
            "route",
            "handoffs",
            "handoff",
            "edges",
            "context",
            "process",
            "applyto",
            "globs",
            "alwaysapply",
            "usercallable",
            "userinvocable",
            "disablemodelinvocation",
            "triggers",
            "paths",
        ],
    ),
    ("entrypoint", &["entrypoint", "entry", "start", "startnode"]),
    ("subagent", &["agents", "subagents", "agent", "skills", "allowdelegation", "manageragent"]),
    ("max-steps", &["maxturns", "maxsteps", "maxiter", "maxiterations", "maxrounds", "recursionlimit", "steplimit"]),
    (
        "timeout",
        &["timeout", "maxexecutiontime", "executiontimeout", "maxretrylimit", "retries", "maxretries", "maxrequeries"],
    ),
    ("parallelism", &["parallel", "parallelism", "concurrency", "asyncexecution", "background", "maxrpm", "workers"]),
    ("memory", &["memory", "memorypolicy", "shorttermmemory", "longtermmemory", "entitymemory", "historyprocessors"]),
    ("cost", &["budget", "maxcost", "costlimit", "perinstancecostlimit", "totalcostlimit", "maxtokensbudget"]),
    ("escalation", &["escalation", "escalationtarget", "oncall", "escalateto"]),
    ("observability", &["tracing", "logging", "loglevel", "verbose", "telemetry", "sampling"]),
    ("output-contract", &["outputjson", "outputpydantic", "outputschema", "outputtype", "responseformat"]),
    ("dependency", &["compatibility", "requires", "dependencies", "runtime", "framework"]),
    (
        "metadata",
        &[
            "license",
            "metadata",
            "author",
            "authors",
            "owner",
            "tags",
            "color",
            "version",
            "title",
            "displayname",
            "icon",
            "argumenthint",
            "notes",
            "category",
            "source",
            "homepage",
            "keywords",
            "schema",
        ],
    ),
];

/// Aspects whose keys cover everything below them.
const ENCLOSING: [&str; 5] = ["guardrail", "permission", "memory", "metadata", "approval"];

/// The aspect of the setting at a path of keys; `config`: none that is known.
pub(super) fn aspect(keys: &[String]) -> &'static str {
    let steps: Vec<String> = keys.iter().filter(|key| !key.starts_with('[')).map(|key| letters(key)).collect();
    let inherited = steps.iter().filter_map(|step| known(step)).find(|aspect| ENCLOSING.contains(aspect));
    inherited.or_else(|| steps.last().and_then(|key| known(key))).unwrap_or("config")
}

/// Whether the values of an aspect are names in a set, so that each comes and goes by itself.
pub(super) fn is_set(aspect: &str) -> bool {
    ["tool", "denied", "permission", "guardrail", "subagent", "index", "eval", "route", "approval"].contains(&aspect)
}

fn known(key: &str) -> Option<&'static str> {
    KEYS.iter().find(|(_, keys)| keys.contains(&key)).map(|(aspect, _)| *aspect)
}

fn letters(key: &str) -> String {
    key.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}
