#!/usr/bin/env python3
"""Fails if an image's own layers, or its configuration, hold one of some texts.
usage: absent.py LAYOUT BASE_LAYOUT CERTIFICATES TEXT...
The layers of the base are not looked at. Of the certificates it is the text of each that must be absent."""
import gzip, io, json, os, sys, tarfile


def blob(layout, descriptor):
    with open(os.path.join(layout, "blobs", *descriptor["digest"].split(":")), "rb") as f:
        return f.read()


def manifest(layout):
    with open(os.path.join(layout, "index.json")) as f:
        descriptor = json.load(f)["manifests"][0]
    document = json.loads(blob(layout, descriptor))
    return document if "layers" in document else json.loads(blob(layout, document["manifests"][0]))


layout, base, certificates, texts = sys.argv[1], sys.argv[2], sys.argv[3], [t.encode() for t in sys.argv[4:]]
with open(certificates, "rb") as f:
    bodies = [c.split(b"-----END")[0].strip() for c in f.read().split(b"-----BEGIN CERTIFICATE-----")[1:]]
# A line in the middle of each certificate is its own.
needles = texts + [body.splitlines()[len(body.splitlines()) // 2] for body in bodies]
image = manifest(layout)
of_base = {layer["digest"] for layer in manifest(base)["layers"]}
own = [layer for layer in image["layers"] if layer["digest"] not in of_base]
if len(own) == len(image["layers"]):
    sys.exit("the image is not on its base")
found = [(needle, "configuration") for needle in texts if needle in blob(layout, image["config"])]
files = 0
for layer in own:
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(blob(layout, layer)))) as tar:
        for entry in tar:
            files += 1
            name = ("/" + entry.name.lstrip("./")).encode()
            body = tar.extractfile(entry).read() if entry.isfile() else b""
            found += [(n, entry.name) for n in texts if n in name or n in body or n in entry.linkname.encode()]
            if b"-----BEGIN CERTIFICATE" in body:
                found += [(n, entry.name) for n in needles if n in body]
if not files:
    sys.exit("no layer was looked at")
for needle, where in found:
    print(needle.decode(), "is in", where)
sys.exit(1 if found else 0)
