"""A ministack that changed under us is refused in words."""

import importlib

import pytest


@pytest.fixture
def seams(monkeypatch, tmp_path):
    # ministack writes a key there as soon as it is imported.
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    return importlib.import_module("local.emulator.seams")


def test_the_pinned_ministack_fits(seams):
    seams.check()


def test_another_signature_is_refused(seams, monkeypatch):
    def handle_request(method, path, headers, body):
        pass

    monkeypatch.setattr(seams.ecs, "handle_request", handle_request)
    with pytest.raises(SystemExit, match=r"ministack\.services\.ecs\.handle_request takes"):
        seams.check()


@pytest.mark.parametrize("name", ["_put_events", "_esm_wake"])
def test_what_is_gone_is_refused(seams, monkeypatch, name):
    module = seams.eventbridge if name == "_put_events" else seams.lambda_svc
    monkeypatch.delattr(module, name)
    with pytest.raises(SystemExit, match=rf"{name} is gone"):
        seams.check()
