#!/usr/bin/env python3
"""Checks answers of the API against its description.

    check-answers.py openapi.json answers.jsonl

Each line of the answers is {"operation", "status", "type", "body"}. Says what is wrong, a line
each, and exits with 1 if anything is. Every operation must have been answered with a success.
"""
import datetime
import json
import re
import sys

import jsonschema

METHODS = ("get", "post", "put", "patch", "delete", "head", "options", "trace")
formats = jsonschema.FormatChecker(formats=())


@formats.checks("date-time", raises=ValueError)
def is_moment(value):
    if isinstance(value, str):
        if not value.endswith("Z"):
            raise ValueError(value)
        datetime.datetime.fromisoformat(value[:-1] + "+00:00")
    return True


def expanded(schema, schemas, is_answer):
    """The schema without references; what is answered has no keys that are not described."""
    if isinstance(schema, list):
        return [expanded(item, schemas, is_answer) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        name = re.fullmatch(r"#/components/schemas/(\w+)", schema["$ref"]).group(1)
        return expanded(schemas[name], schemas, is_answer)
    schema = {key: expanded(value, schemas, is_answer) for key, value in schema.items()}
    if is_answer and "properties" in schema:
        schema.setdefault("additionalProperties", False)
    return schema


def check_description(document):
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        jsonschema.Draft202012Validator.check_schema(expanded(schema, schemas, False))
        for example in schema.get("examples", []):
            jsonschema.validate(example, schema, cls=jsonschema.Draft202012Validator)
    tags = {tag["name"] for tag in document["tags"]}
    operations = {}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method not in METHODS:
                yield f"{path} has the key {method}"
                continue
            name = operation["operationId"]
            if name in operations:
                yield f"two operations are called {name}"
            operations[name] = operation
            if not set(operation["tags"]) <= tags:
                yield f"{name} has a tag that is not described"
            named = set(re.findall(r"{(\w+)}", path))
            given = {p["name"] for p in operation.get("parameters", []) if p["in"] == "path"}
            if named != given:
                yield f"{name}: the path names {named}, the parameters are {given}"
            for parameter in operation.get("parameters", []):
                jsonschema.Draft202012Validator.check_schema(parameter["schema"])
            if not any(status.startswith("2") for status in operation["responses"]):
                yield f"{name} describes no success"


def check_answer(answer, operations, schemas):
    name, status = answer["operation"], str(answer["status"])
    if name not in operations:
        yield "is not described"
        return
    response = operations[name]["responses"].get(status)
    if response is None:
        yield f"the status {status} is not described"
        return
    content = response.get("content")
    if content is None:
        if answer["body"] or answer["type"]:
            yield f"{status} has no content, they say, but here it is: {answer['body']!r}"
        return
    media = answer["type"].split(";")[0]
    if media not in content:
        yield f"{status} is {media!r}, not one of {sorted(content)}"
        return
    body = json.loads(answer["body"]) if media.endswith("json") else answer["body"]
    schema = expanded(content[media]["schema"], schemas, True)
    validator = jsonschema.Draft202012Validator(schema, format_checker=formats)
    for error in validator.iter_errors(body):
        yield f"{status} at {'/'.join(map(str, error.path))}: {error.message}"


def main(description, answers):
    with open(description) as file:
        document = json.load(file)
    wrong = list(check_description(document))
    schemas = document["components"]["schemas"]
    operations = {
        operation["operationId"]: operation
        for item in document["paths"].values()
        for operation in item.values()
    }
    succeeded = set()
    with open(answers) as file:
        for line in file:
            answer = json.loads(line)
            if answer["status"] < 300:
                succeeded.add(answer["operation"])
            wrong += [
                f"{answer['operation']}: {problem}"
                for problem in check_answer(answer, operations, schemas)
            ]
    wrong += [f"{name} was never answered with a success" for name in operations.keys() - succeeded]
    for problem in wrong:
        print(problem)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
