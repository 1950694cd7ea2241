"""The tools' own schemas and evaluators read what pv exports. Argument: a folder with the exported documents."""

import json
import re
import sys
from pathlib import Path

import yaml
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from gofeatureflag_python_provider.wasm.evaluate_wasm import EvaluateWasm
from gofeatureflag_python_provider.wasm.model import WasmInput
from google.protobuf import json_format
from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement

USERS = 2000
KEY = "refund_explanation_v1"
SHARES = ["0", "0.5", "5", "25", "33.33", "100"]
STEPS = ["step-0", "step-5", "step-25"]
failures = 0


def check(holds, what):
    global failures
    failures += not holds
    print(f"{'ok' if holds else 'FAILED'}: {what}")


def cyclonedx(path):
    text = path.read_text()
    error = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    check(error is None, f"{path.name}: CycloneDX 1.6 {error or ''}")
    document = json.loads(text)
    known = {document["metadata"]["component"]["bom-ref"]} | {one["bom-ref"] for one in document["components"]}
    named = {ref for one in document["dependencies"] for ref in [one["ref"], *one["dependsOn"]]}
    check(named <= known, f"{path.name}: every dependency is a component")
    return document


def released(document):
    """What only a release with notes, a tag and evidence tells."""
    component = document["metadata"]["component"]
    notes = component["releaseNotes"]
    check(notes["type"] == "minor" and notes["notes"][0]["text"]["content"], f"release notes: {notes['type']}")
    types = [one["type"] for one in component["externalReferences"]]
    check(types[0] == "vcs" and "attestation" in types, f"external references: {types}")


def performance(document):
    cards = [one["modelCard"] for one in document["components"] if "modelCard" in one]
    metrics = [m for card in cards for m in card.get("quantitativeAnalysis", {}).get("performanceMetrics", [])]
    slices = sorted(metric["slice"] for metric in metrics)
    check("overall" in slices and "lang=hi" in slices, f"strata in the model cards: {slices}")
    check(len(slices) == len(set(slices)), "each stratum once: the baseline is no result of the release")


def in_toto(path):
    types = []
    for line in path.read_text().splitlines():
        message = json_format.Parse(line, statement_pb2.Statement())
        Statement.copy_from_pb(message).validate()
        statement = json.loads(line)
        types.append(statement["predicateType"].rsplit("/", 2)[1])
        digests = [subject["digest"] for subject in statement["subject"]]
        check(all({"sha256", "gitBlob"} <= set(digest) for digest in digests), f"{path.name}: {types[-1]}: digests")
        if types[-1] == "test-result":
            json_format.ParseDict(statement["predicate"], test_result_pb2.TestResult())
    properties = {"PV_EVAL_GATE_PASSED", "PV_RELEASE_VERIFIED", "PV_ROLLBACK_REHEARSED", "PV_WINDOW_OPEN"}
    told = set(statement["predicate"]["properties"])
    check(properties == told, f"{path.name}: {sorted(told)}")
    check(types[0] == "release" and types[-1] == "svr" and "test-result" in types, f"{path.name}: {types}")


def goff(folder, names):
    """The keys are those of its schema (.schema/flag-schema.json): no package carries it, and its evaluator is lenient."""
    evaluator = EvaluateWasm(pool_size=1)
    evaluator.initialize()
    before = set()
    for share in names:
        share, name = share.removeprefix("step-"), share
        flag = yaml.safe_load((folder / f"goff-{name}.yaml").read_text())[KEY]
        check(set(flag) == {"variations", "defaultRule", "metadata"}, f"goff {name} %: a flag's keys")
        check(set(flag["defaultRule"]) == {"name", "percentage"}, f"goff {name} %: a rule's keys")
        arms = flag["defaultRule"]["percentage"]
        check(list(arms) == ["on", "off"] and sum(arms.values()) == 100, f"goff {name} %: both arms, 100 together")
        on = set()
        for user in range(USERS):
            asked = WasmInput.model_validate(
                {
                    "flagKey": KEY,
                    "flag": flag,
                    "evalContext": {"targetingKey": f"user-{user}"},
                    "flagContext": {"defaultSdkValue": False, "evaluationContextEnrichment": {}},
                }
            )
            if evaluator.evaluate(asked).value is True:
                on.add(user)
        wanted = USERS * float(share) / 100
        most = 4 * (wanted * (1 - float(share) / 100)) ** 0.5
        check(abs(len(on) - wanted) <= most, f"goff {name} %: {len(on)} of {USERS} users")
        check(before <= on, f"goff up to {name} %: {len(before - on)} users dropped")
        before = on


def flipt(path, share):
    """Written from Flipt's CUE schema (core/validation/flipt.cue, version 1.2): no package carries it."""
    document = yaml.safe_load(path.read_text())
    check(set(document) == {"version", "namespace", "flags"} and document["version"] == "1.2", f"flipt: {path.name}")
    for flag in document["flags"]:
        keys = {"key", "name", "type", "description", "enabled", "rollouts"}
        check(set(flag) == keys and re.fullmatch("[-_,A-Za-z0-9]+", flag["key"]), "flipt: a flag's keys")
        check(flag["type"] == "BOOLEAN_FLAG_TYPE" and flag["enabled"] is False, "flipt: a boolean flag, off by default")
        arms = [one["threshold"] for one in flag["rollouts"]]
        check(arms == [{"percentage": share, "value": True}, {"percentage": 100, "value": False}], f"flipt: {arms}")


folder = Path(sys.argv[1])
cyclonedx(folder / "bom-r1.json")
bill = cyclonedx(folder / "bom-r2.json")
performance(bill)
released(bill)
in_toto(folder / "statements.jsonl")
goff(folder, SHARES)
goff(folder, STEPS)
flipt(folder / "flipt-5.yaml", 5)
documents = list(yaml.safe_load_all((folder / "argo.yaml").read_text()))
(folder / "argo.json").write_text(json.dumps(documents))
weights = [step["setWeight"] for step in documents[0]["spec"]["strategy"]["canary"]["steps"] if "setWeight" in step]
check(weights == sorted(weights) and weights[-1] == 100, f"argo: {weights}")
sys.exit(1 if failures else 0)
