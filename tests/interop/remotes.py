"""What tests/interop/remotes.sh does to a store behind pv's back: makes a bucket, damages and deletes keys.

    remotes.py s3|azure ENDPOINT BUCKET make
    remotes.py s3|azure ENDPOINT BUCKET flip|cut|delete KEY
    remotes.py s3|azure ENDPOINT BUCKET swap KEY OTHER
    remotes.py free                                  a port that nobody uses
    remotes.py mute PORT                             a server that takes connections and never answers
"""

import base64
import hashlib
import hmac
import socket
import sys
import time
import urllib.request
from email.utils import formatdate


class S3:
    def __init__(self, endpoint, bucket):
        import boto3
        from botocore.config import Config

        config = Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required")
        self.client = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", config=config)
        self.bucket = bucket

    def make(self):
        self.client.create_bucket(Bucket=self.bucket)

    def get(self, key):
        return self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()

    def put(self, key, content):
        self.client.put_object(Bucket=self.bucket, Key=key, Body=content)

    def delete(self, key):
        self.client.delete_object(Bucket=self.bucket, Key=key)


class Azure:
    """Azure's Shared Key, as far as it is needed; the account and the key of the emulator are public."""

    ACCOUNT = "devstoreaccount1"
    KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

    def __init__(self, endpoint, bucket):
        self.endpoint, self.bucket = endpoint, bucket

    def ask(self, method, path, content=b"", query="", headers=()):
        own = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2021-08-06", **dict(headers)}
        named = "".join(f"{name}:{own[name]}\n" for name in sorted(own))
        resource = f"/{self.ACCOUNT}/{self.ACCOUNT}/{path}"
        resource += "".join("\n" + pair.replace("=", ":") for pair in sorted(filter(None, query.split("&"))))
        kind = "application/octet-stream" if method == "PUT" else ""
        length = str(len(content)) if content else ""
        text = f"{method}\n\n\n{length}\n\n{kind}\n\n\n\n\n\n\n{named}{resource}"
        signature = hmac.new(base64.b64decode(self.KEY), text.encode(), hashlib.sha256).digest()
        own["Authorization"] = f"SharedKey {self.ACCOUNT}:{base64.b64encode(signature).decode()}"
        if kind:
            own["Content-Type"] = kind
        url = f"{self.endpoint}/{self.ACCOUNT}/{path}" + (f"?{query}" if query else "")
        body = content if method == "PUT" else None
        with urllib.request.urlopen(urllib.request.Request(url, body, own, method=method)) as answer:
            return answer.read()

    def make(self):
        self.ask("PUT", self.bucket, query="restype=container")

    def get(self, key):
        return self.ask("GET", f"{self.bucket}/{key}")

    def put(self, key, content):
        self.ask("PUT", f"{self.bucket}/{key}", content, headers={"x-ms-blob-type": "BlockBlob"}.items())

    def delete(self, key):
        self.ask("DELETE", f"{self.bucket}/{key}")


def free():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def mute(port):
    with socket.create_server(("127.0.0.1", port)) as server:
        held = []
        while True:
            held.append(server.accept()[0])


def main(arguments):
    if arguments[0] == "free":
        return print(free())
    if arguments[0] == "mute":
        return mute(int(arguments[1]))
    language, endpoint, bucket, action, *keys = arguments
    store = {"s3": S3, "azure": Azure}[language](endpoint, bucket)
    if action == "make":
        for attempt in range(60):
            try:
                return store.make()
            except Exception:  # The server is still starting.
                if attempt == 59:
                    raise
                time.sleep(0.5)
    if action == "delete":
        return store.delete(keys[0])
    content = store.get(keys[-1])
    if action == "flip":
        content = content[:100] + bytes([content[100] ^ 1]) + content[101:]
    if action == "cut":
        content = content[:-7]
    store.put(keys[0], content)


main(sys.argv[1:])
